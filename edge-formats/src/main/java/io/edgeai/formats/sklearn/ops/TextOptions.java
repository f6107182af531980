package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.pickle.PySet;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a vectorizer reads text.
 *
 * @param analyzer {@code word}, {@code char} or {@code char_wb}
 * @param pattern of words; empty where letters are counted
 * @param stops words that are left out before runs are formed
 * @param from shortest run
 * @param to longest run
 * @param lowercase whether text is lower-cased first
 * @param accents {@code unicode} or {@code ascii} where accents are taken off, else empty
 */
record TextOptions(
        String analyzer, TokenPattern pattern, Set<String> stops, int from, int to, boolean lowercase, String accents) {
    private static final String DEFAULT_PATTERN = "(?u)\\b\\w\\w+\\b";
    private static final int LONGEST_RUN = 16;

    static TextOptions of(Estimator e) {
        String analyzer = e.text("word", "analyzer");
        if (!Set.of("word", "char", "char_wb").contains(analyzer)) {
            throw new UnsupportedOperatorException("analyzer = " + analyzer);
        }
        for (String option : new String[] {"preprocessor", "tokenizer"}) {
            if (e.has(option)) {
                throw new UnsupportedOperatorException(option + " = " + e.get(option));
            }
        }
        String accents = e.text("", "strip_accents");
        if (!Set.of("", "ascii", "unicode").contains(accents)) {
            throw new UnsupportedOperatorException("strip_accents = " + accents);
        }
        long[] range = e.has("ngram_range") ? e.longs("ngram_range") : new long[] {1, 1};
        if (range[0] < 1 || range[1] < range[0] || range[1] > LONGEST_RUN) {
            throw new UnsupportedOperatorException("ngram_range = " + range[0] + " to " + range[1]);
        }
        boolean words = analyzer.equals("word");
        return new TextOptions(
                analyzer,
                words ? TokenPattern.of(e.text(DEFAULT_PATTERN, "token_pattern")) : new TokenPattern("", ""),
                words ? stops(e) : Set.of(),
                (int) range[0],
                (int) range[1],
                e.flag(true, "lowercase"),
                accents);
    }

    private static Set<String> stops(Estimator e) {
        Object stated = e.get("stop_words");
        if (stated == null) {
            return Set.of();
        }
        if (stated instanceof String language) {
            if (!language.equals("english")) {
                throw new UnsupportedOperatorException("stop_words = " + language);
            }
            return EnglishStopWords.ALL;
        }
        Collection<?> items = stated instanceof PySet set ? set.items() : e.list("stop_words");
        Set<String> stops = new TreeSet<>();
        items.forEach(item -> stops.add(String.valueOf(item)));
        return stops;
    }

    boolean words() {
        return analyzer.equals("word");
    }

    /** Texts [N] in lower case and without accents, as far as asked; letters no term has may stay as they are. */
    String prepared(Emitter out, String texts, String[] terms) {
        String text = texts;
        if (lowercase) {
            text = out.node("StringNormalizer", text)
                    .attribute("case_change_action", "LOWER")
                    .attribute("is_case_sensitive", 1L)
                    .attribute("locale", "C")
                    .output(0);
        }
        if (!accents.isEmpty()) {
            boolean hangul = any(terms, '\u1100', '\u11ff');
            return Letters.withoutAccents(out, text, accents.equals("ascii"), lowercase, hangul);
        }
        return lowercase && any(terms, '\u0080', '\uffff') ? Letters.lowered(out, text) : text;
    }

    private static boolean any(String[] terms, char first, char last) {
        return Arrays.stream(terms).anyMatch(term -> term.chars().anyMatch(c -> c >= first && c <= last));
    }
}
