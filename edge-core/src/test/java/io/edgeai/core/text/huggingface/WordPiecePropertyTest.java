package io.edgeai.core.text.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.text.Encoding;
import io.edgeai.core.text.Encoding.Token;
import io.edgeai.core.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders with a vocab.txt: the native tokenizer made of them against the published algorithm in loops. */
class WordPiecePropertyTest {
    private static final String[] LETTERS = {
        "a", "b", "c", "E", "F", "é", "Ü", "ñ", "Å", "ß", "e\u0301", "ж", "Я", "1", "7", "中", "国", "😀", "🎉", "ا"
    };
    private static final String[] BETWEEN = {
        " ", "  ", "\t", "\n", "\u00a0", ".", ",", "!", "$", "«", "—", "。", "…", "'", "\u0007", "\u200d", "\uFFFD"
    };

    @TempDir
    Path folder;

    @BeforeEach
    void natives() {
        Natives.assumeHere();
    }

    private static String word(Random random, int longest) {
        StringBuilder word = new StringBuilder();
        for (int i = 1 + random.nextInt(longest); i > 0; i--) {
            word.append(LETTERS[random.nextInt(LETTERS.length)]);
        }
        return word.toString();
    }

    static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(random.nextInt(3) == 0 ? "" : word(random, 6));
            text.append(BETWEEN[random.nextInt(BETWEEN.length)]);
        }
        return text.toString();
    }

    /** Pieces of one to three letters as they are, lowered, and without accents. */
    static List<String> vocabulary(Random random) {
        Set<String> tokens = new LinkedHashSet<>(List.of(".", ",", "!", "«", "。", "$"));
        for (String letter : LETTERS) {
            if (random.nextInt(5) > 0) {
                tokens.add(letter.toLowerCase(Locale.ROOT));
                tokens.add("##" + letter.toLowerCase(Locale.ROOT));
                tokens.add(letter);
            }
        }
        for (String bare : new String[] {"e", "u", "n"}) {
            tokens.add(bare);
            tokens.add("##" + bare);
        }
        for (int i = 0; i < 150; i++) {
            String piece = word(random, 3).toLowerCase(Locale.ROOT);
            tokens.add(random.nextBoolean() ? piece : "##" + piece);
            tokens.add("##" + word(random, 2));
        }
        return List.copyOf(tokens);
    }

    @ParameterizedTest
    @CsvSource({"true, , true", "false, , true", "true, false, false", "false, true, true", "true, true, false"})
    void tokensPlacesAndWordsAreThoseOfTheAlgorithm(boolean lower, Boolean strip, boolean chinese) {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            List<String> tokens = vocabulary(random);
            Map<String, Integer> ids = new HashMap<>(Map.of("[UNK]", 1));
            for (int i = 0; i < tokens.size(); i++) {
                ids.put(tokens.get(i), 5 + i);
            }
            String settings = "{\"do_lower_case\":" + lower + ",\"strip_accents\":" + strip
                    + ",\"tokenize_chinese_chars\":" + chinese + "}";
            WordPieceLoops loops = new WordPieceLoops(ids, lower, strip == null ? lower : strip, chinese);
            try (Tokenizer tokenizer = Natives.open(Natives.wordPieceFolder(folder, tokens, settings))) {
                for (int i = 0; i < 25; i++) {
                    String text = text(random);
                    assertThat(inner(tokenizer.encode(text)))
                            .as("seed %d, text %d (%s)", seed, i, text)
                            .isEqualTo(loops.pieces(text));
                }
            }
        }
    }

    private static List<WordPieceLoops.Piece> inner(Encoding encoding) {
        List<WordPieceLoops.Piece> pieces = new ArrayList<>();
        for (Token token : encoding.tokens()) {
            if (!token.added()) {
                pieces.add(new WordPieceLoops.Piece(token.id(), token.start(), token.end(), token.word()));
            }
        }
        return pieces;
    }

    @Test
    void wordsOfMoreThan100CharactersAreUnknown() {
        try (Tokenizer tokenizer = Natives.open(Natives.wordPieceFolder(folder, List.of("a", "##a"), "{}"))) {
            assertThat(tokenizer.encode("a".repeat(100)).size()).isEqualTo(102);
            assertThat(tokenizer.encode("a".repeat(101)).ids()).containsExactly(2, 1, 3);
        }
    }

    @Test
    void textsStandBetweenTheirSpecialTokens() {
        try (Tokenizer tokenizer = Natives.open(Natives.wordPieceFolder(folder, List.of("oil", "leak", "##s"), "{}"))) {
            Encoding pair = tokenizer.encode("Oil leaks", "leak");

            assertThat(pair).hasToString("[[CLS], oil, leak, ##s, [SEP], leak, [SEP]]");
            assertThat(pair.tokens().stream().map(Token::type)).containsExactly(0, 0, 0, 0, 0, 1, 1);
            assertThat(pair.tokens().stream().map(Token::sequence)).containsExactly(-1, 0, 0, 0, -1, 1, -1);
            assertThat(pair.tokens().stream().map(Token::special))
                    .containsExactly(true, false, false, false, true, false, true);
            assertThat(tokenizer.encode("").ids()).containsExactly(2, 3);
            assertThat(tokenizer.encode("", "").ids()).containsExactly(2, 3, 3);
            assertThat(tokenizer.decode(pair.ids(), true)).isEqualTo("oil leaks leak");
            assertThat(tokenizer.decode(pair.ids(), false)).isEqualTo("[CLS] oil leaks [SEP] leak [SEP]");
        }
    }

    @Test
    void mpnetsPairsAreJoinedByTwoEnds() {
        Natives.write(folder, "vocab.txt", "<s>\n<pad>\n</s>\n[UNK]\noil\nleak\n<mask>\n");
        Natives.write(folder, "config.json", "{\"model_type\":\"mpnet\",\"max_position_embeddings\":514}");
        try (Tokenizer tokenizer = Natives.open(folder)) {
            assertThat(tokenizer.encode("oil", "leak").ids()).containsExactly(0, 4, 2, 2, 5, 2);
            assertThat(tokenizer.encode("oil <mask>").ids()).containsExactly(0, 4, 6, 2);
            assertThat(tokenizer.maxTokens()).isEqualTo(512);
            assertThat(tokenizer.special().mask()).contains("<mask>");
        }
    }
}
