package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.UnsupportedOperatorException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bags of words against Java's own regular expressions, run over texts put together at random. */
class TextsTest {
    private static final String[] PIECES = {
        "cat",
        "Dog",
        "CAT",
        "a",
        "été",
        "ÉTÉ",
        "x1",
        "under_score",
        ",",
        "!",
        "-",
        "'s",
        " ",
        "  ",
        "\t",
        "\n",
        "3.14",
        "Straße",
        "δέλτα",
        "ΔΈΛΤΑ",
        "naïve"
    };

    private static Map<String, Object> vocabulary(String... terms) {
        Map<String, Object> columns = new LinkedHashMap<>();
        for (int i = terms.length - 1; i >= 0; i--) {
            columns.put(terms[i], i);
        }
        return columns;
    }

    private static String[] texts(Random random, int count) {
        String[] texts = new String[count];
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder();
            for (int piece = random.nextInt(20); piece > 0; piece--) {
                text.append(PIECES[random.nextInt(PIECES.length)]).append(random.nextInt(3) > 0 ? " " : "");
            }
            texts[i] = text.toString();
        }
        return texts;
    }

    /** What scikit-learn's analyzer gives: the pattern's matches, and their runs of each length. */
    private static List<String> grams(String text, String pattern, boolean lower, int from, int to) {
        List<String> words = new ArrayList<>();
        Matcher matcher = Pattern.compile(pattern, Pattern.UNICODE_CHARACTER_CLASS)
                .matcher(lower ? text.toLowerCase(Locale.ROOT) : text);
        while (matcher.find()) {
            words.add(matcher.group());
        }
        List<String> grams = new ArrayList<>();
        for (int n = from; n <= to; n++) {
            for (int i = 0; i + n <= words.size(); i++) {
                grams.add(String.join(" ", words.subList(i, i + n)));
            }
        }
        return grams;
    }

    @ParameterizedTest
    @CsvSource({
        "(?u)\\b\\w\\w+\\b, true, 1, 1",
        "(?u)\\b\\w\\w+\\b, false, 1, 1",
        "\\b\\w\\w+\\b, true, 1, 2",
        "(?u)\\b\\w+\\b, true, 2, 3",
        "\\b\\w+\\b, true, 1, 1",
        "\\w+, false, 1, 3",
        "[a-z]+, true, 1, 2",
        "[a-zA-Z]+, false, 1, 1",
        "\\S+, true, 1, 2",
        "'\\b[a-z]{2,3}\\b', true, 1, 2",
        "'(?u)\\b\\w{1,3}\\b', true, 1, 1",
        "[\\w'-]+, true, 1, 2",
        "\\d+(?:\\.\\d+)?, false, 1, 1",
        "(?:a|x|\\u00e9)\\w*, true, 1, 2",
        "[^\\s!-]+, true, 2, 2",
        "\\D, true, 1, 1"
    })
    void wordsAndTheirRunsAreCounted(String pattern, boolean lower, int from, int to) {
        for (int seed = 0; seed < 4; seed++) {
            String[] texts = texts(new Random(seed), 8);
            Set<String> known = new java.util.TreeSet<>();
            for (String text : Arrays.copyOf(texts, 5)) {
                known.addAll(grams(text, pattern, lower, from, to));
            }
            String[] terms = known.toArray(String[]::new);
            Object model = sk("CountVectorizer")
                    .with("vocabulary_", vocabulary(terms))
                    .with("token_pattern", pattern)
                    .with("lowercase", lower)
                    .with("ngram_range", Made.tuple(from, to));
            double[] expected = new double[texts.length * terms.length];
            for (int i = 0; i < texts.length; i++) {
                for (String gram : grams(texts[i], pattern, lower, from, to)) {
                    int column = Arrays.binarySearch(terms, gram);
                    if (column >= 0) {
                        expected[i * terms.length + column]++;
                    }
                }
            }
            assertThat(Asked.ofText(model, texts)).as("seed " + seed).isEqualTo(expected);
        }
    }

    @Test
    void binaryCountsAreOnes() {
        Object model = sk("CountVectorizer")
                .with("vocabulary_", vocabulary("aa", "bb"))
                .with("binary", true);
        assertThat(Asked.ofText(model, "aa aa bb", "bb", "")).containsExactly(1, 1, 0, 1, 0, 0);
    }

    /** What is stopped is left out before runs are formed, so its neighbours meet. */
    @Test
    void stoppedWordsAreNotCounted() {
        Made.Obj model = sk("CountVectorizer").with("vocabulary_", vocabulary("aa", "bb"));
        for (Object stops : List.of("english", Set.of("the"), List.of("the"))) {
            assertThat(Asked.ofText(model.with("stop_words", stops), "the aa the bb aa"))
                    .containsExactly(2, 1);
        }
        Made.Obj pairs = sk("CountVectorizer")
                .with("vocabulary_", vocabulary("aa bb", "bb", "the aa"))
                .with("stop_words", "english")
                .with("ngram_range", Made.tuple(1, 2));
        assertThat(Asked.ofText(pairs, "the aa of the bb", "aa cc bb", "the", ""))
                .containsExactly(1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0);
        assertThat(Asked.ofText(model.with("stop_words", Set.of("aa")), "aa bb"))
                .as("a stopped word of a fixed vocabulary")
                .containsExactly(0, 1);
        assertThatThrownBy(() -> Asked.imported(model.with("stop_words", "french")))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("stop_words = french");
    }

    private static double weight(double count, boolean sublinear, double idf) {
        return (sublinear && count > 0 ? 1 + Math.log(count) : count) * idf;
    }

    /** tf idf as documented: 1 + ln tf where asked, times idf, over the norm of the row. */
    @ParameterizedTest
    @CsvSource({"false, true, l2", "true, true, l1", "true, false, l2", "false, false, ", "false, true, "})
    void countsAreWeighed(boolean sublinear, boolean idf, String norm) {
        double[] frequencies = {1.5, 2, 3.25};
        Made.Obj options = sk("TfidfVectorizer")
                .with("vocabulary_", vocabulary("aa", "bb", "cc"))
                .with("sublinear_tf", sublinear)
                .with("use_idf", idf)
                .with("norm", norm);
        Object inner = sk("TfidfTransformer").with("idf_", idf ? frequencies : null);
        double[][] counts = {{3, 1, 0}, {0, 0, 0}, {0, 2, 5}};
        double[] expected = Rows.map(counts, row -> {
            double[] weights = new double[3];
            Arrays.setAll(weights, i -> weight(row[i], sublinear, idf ? frequencies[i] : 1));
            double size = norm == null
                    ? 1
                    : norm.equals("l1") ? Arrays.stream(weights).sum() : Rows.norm(weights);
            return Arrays.stream(weights).map(w -> size == 0 ? 0 : w / size).toArray();
        });
        assertThat(Asked.ofText(options.with("_tfidf", inner), "aa aa aa bb", "", "cc bb cc cc bb cc cc"))
                .containsExactly(expected, within(1e-15));
        Object alone = sk("TfidfTransformer")
                .with("sublinear_tf", sublinear)
                .with("use_idf", idf)
                .with("norm", norm)
                .with("idf_", idf ? frequencies : null)
                .with("n_features_in_", 3);
        assertThat(Asked.transform(alone, counts)).containsExactly(expected, within(1e-15));
    }

    /** Older files hold the frequencies on the diagonal of a sparse matrix. */
    @Test
    void frequenciesMayBeADiagonal() {
        Object model = sk("TfidfTransformer")
                .with("_idf_diag", Made.csr(new double[][] {{2, 0}, {0, 3}}))
                .with("norm", null)
                .with("n_features_in_", 2);
        assertThat(Asked.transform(model, new double[] {5, 7})).containsExactly(10, 21);
    }

    @Test
    void lettersOfOtherAlphabetsAreLowered() {
        Object model = sk("CountVectorizer").with("vocabulary_", vocabulary("éa", "ωb", "жц", "straße"));
        assertThat(Asked.ofText(model, "ÉA ΩB ЖЦ STRAßE", "éA Ωb жЦ x")).containsExactly(1, 1, 1, 1, 1, 1, 1, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "analyzer, lines",
        "strip_accents, mine",
        "token_pattern, (a)b",
        "token_pattern, a(?=b)",
        "token_pattern, \\ba|b\\b",
        "token_pattern, \\b[\\w']+\\b",
        "token_pattern, \\bab",
        "token_pattern, ^ab",
        "token_pattern, (?i)ab",
        "token_pattern, (a)\\1",
        "token_pattern, a*",
        "token_pattern, a++",
        "token_pattern, [\\W]",
        "token_pattern, [ab",
        "tokenizer, split",
        "preprocessor, strip"
    })
    void otherWaysOfReadingTextAreNamed(String option, String value) {
        for (String kind : List.of("CountVectorizer", "TfidfVectorizer")) {
            Object model = sk(kind).with("vocabulary_", vocabulary("aa")).with(option, value);
            assertThatThrownBy(() -> Asked.imported(model))
                    .isInstanceOf(UnsupportedOperatorException.class)
                    .hasMessageContaining("(" + kind + ": " + option + " = " + value + ")");
        }
    }

    @Test
    void analyzersOfYourOwnAreNamed() {
        Object model = sk("CountVectorizer")
                .with("vocabulary_", vocabulary("aa"))
                .with("analyzer", new Made.Global("mine", "words"));
        assertThatThrownBy(() -> Asked.imported(model))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("analyzer = ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 1", "2 1", "1 17"})
    void impossibleRunsAreNamed(String range) {
        String[] ends = range.split(" ");
        Object model = sk("CountVectorizer")
                .with("vocabulary_", vocabulary("aa"))
                .with("ngram_range", Made.tuple(Integer.parseInt(ends[0]), Integer.parseInt(ends[1])));
        assertThatThrownBy(() -> Asked.imported(model))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("ngram_range = " + ends[0] + " to " + ends[1]);
    }

    @Test
    void vocabulariesThatContradictThemselvesAreRefused() {
        List<Object> broken = List.of(
                Map.of("aa", 1), Map.of("aa", -1), Map.of("aa", "0"), Map.of(1, 0), Map.of("aa", 0, "bb", 0), "aa");
        for (Object vocabulary : broken) {
            assertThatThrownBy(() -> Asked.imported(sk("CountVectorizer").with("vocabulary_", vocabulary)))
                    .as(String.valueOf(vocabulary))
                    .isInstanceOf(EdgeException.class)
                    .hasMessageContaining("CountVectorizer");
        }
        Object longer =
                sk("CountVectorizer").with("vocabulary_", vocabulary("aa bb")).with("ngram_range", Made.tuple(1, 1));
        assertThat(Asked.ofText(longer, "aa bb")).as("no word holds a space").containsExactly(0);
    }

    @Test
    void whatIsHashedOtherwiseIsRefused() {
        assertThatThrownBy(() -> Asked.imported(sk("HashingVectorizer").with("analyzer", "char")))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("analyzer = char of hashed letters");
        assertThatThrownBy(() -> Asked.imported(sk("HashingVectorizer").with("n_features", 1 << 21)))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("n_features = 2097152, more than 1048576");
    }

    /** Hashes published for MurmurHash3 of 32 bits with seed 0: "test" 0xba6bd213 = -0x45942ded, "hello" 0x248bfa47. */
    @Test
    void wordsStandInTheColumnOfTheirHash() {
        int columns = 1000;
        double[] test =
                Asked.ofText(sk("HashingVectorizer").with("n_features", columns).with("norm", null), "test hello test");
        double[] expected = new double[columns];
        expected[0x45942ded % columns] = -2;
        expected[0x248bfa47 % columns] = 1;
        assertThat(test).containsExactly(expected);
    }
}
