package io.edgeai.core.text.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.text.Encoding;
import io.edgeai.core.text.Encoding.Token;
import io.edgeai.core.text.Tokenizer;
import io.edgeai.core.text.source.SpecialTokens;
import io.edgeai.core.text.source.TokenizerSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The native library behind the interface: places, damaged input, many threads, closing. */
class NativeTokenizerTest {
    @TempDir
    Path folder;

    @BeforeEach
    void natives() {
        Natives.assumeHere();
    }

    private Tokenizer open() {
        return Natives.open(Natives.wordPieceFolder(folder, List.of("ab", "hello", "##c", "x"), "{}"));
    }

    /** The library counts code points; Java's places are chars. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello ab",
                "😀 hello 🎉🎉 ab",
                "x😀 hello",
                "x\uD800 hello ab",
                "\uDC00\uDC00 hello \uD83D ab",
                "\uD83D\uD83D\uDE00 hello",
                "a\u0000b hello"
            })
    void placesAreJavaChars(String text) {
        try (Tokenizer tokenizer = open()) {
            List<Token> found = tokenizer.encode(text).tokens().stream()
                    .filter(token ->
                            token.text().equals("hello") || token.text().equals("ab"))
                    .toList();

            assertThat(found).isNotEmpty();
            for (Token token : found) {
                assertThat(text.substring(token.start(), token.end()).replace("\u0000", ""))
                        .isEqualTo(token.text());
            }
        }
    }

    @Test
    void placesOfASecondTextAreItsOwn() {
        try (Tokenizer tokenizer = open()) {
            Encoding pair = tokenizer.encode("😀😀😀 ab", "hello 😀 ab");

            assertThat(pair.tokens().stream()
                            .filter(token -> token.text().equals("ab"))
                            .map(Token::start))
                    .containsExactly(7, 9);
        }
    }

    @Test
    void manyTextsAtOnceAreAsEachAlone() {
        Random random = new Random(17);
        try (Tokenizer tokenizer = open()) {
            List<String> texts = new ArrayList<>(List.of("", "😀 ab"));
            for (int i = 0; i < 30; i++) {
                texts.add(WordPiecePropertyTest.text(random));
            }

            List<Encoding> all = tokenizer.encodeAll(texts);

            for (int i = 0; i < texts.size(); i++) {
                assertThat(all.get(i).tokens())
                        .as("seed 17, text %d (%s)", i, texts.get(i))
                        .isEqualTo(tokenizer.encode(texts.get(i)).tokens());
            }
            assertThat(tokenizer.encodeAll(List.of())).isEmpty();
        }
    }

    @Test
    void specialTokensInATextAreFound() {
        try (Tokenizer tokenizer = open()) {
            assertThat(tokenizer.encode("ab [MASK] hello").ids()).containsExactly(2, 5, 4, 6, 3);
            assertThat(tokenizer.id("[MASK]")).hasValue(4);
            assertThat(tokenizer.id("##c")).hasValue(7);
            assertThat(tokenizer.id("nowhere")).isEmpty();
            assertThat(tokenizer.token(6)).contains("hello");
            assertThat(tokenizer.token(99)).isEmpty();
            assertThat(tokenizer.vocabularySize()).isEqualTo(9);
            assertThat(tokenizer.decode(new long[] {5, 99, -1, 6}, true)).isEqualTo("ab hello");
            assertThat(tokenizer.decode(new long[0], true)).isEmpty();
        }
    }

    /** Published files often fix truncation and padding; both are the caller's here. */
    @Test
    void truncationAndPaddingOfTheFileAreOff() {
        TokenizerSource plain = TokenizerSource.read(Natives.wordPieceFolder(folder, List.of("ab", "hello"), "{}"));
        String json = plain.json()
                .replace(
                        "\"truncation\":null",
                        "\"truncation\":{\"direction\":\"Right\",\"max_length\":4,\"strategy\":\"LongestFirst\",\"stride\":0}")
                .replace(
                        "\"padding\":null",
                        "\"padding\":{\"strategy\":{\"Fixed\":9},\"direction\":\"Right\",\"pad_to_multiple_of\":null,"
                                + "\"pad_id\":0,\"pad_type_id\":0,\"pad_token\":\"[PAD]\"}");
        assertThat(json).contains("max_length", "Fixed");
        try (Tokenizer tokenizer = new HuggingFaceTokenizers().open(new TokenizerSource(json, plain.special(), 0))) {
            assertThat(tokenizer.encode("ab ab ab ab").size()).isEqualTo(6);
            assertThat(tokenizer.encode("ab").size()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{bad",
                "[]",
                "{\"model\":{}}",
                "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":\"b\"}}}"
            })
    void damagedTokenizersAreRefused(String json) {
        TokenizerSource source = new TokenizerSource(json, new SpecialTokens(Map.of()), 0);

        assertThatThrownBy(() -> new HuggingFaceTokenizers().open(source))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("tokenizer.json")
                .hasMessageContaining("Maybe fetch it again");
    }

    @Test
    void threadsThatEncodeWhileItClosesGetAnAnswerOrARefusal() throws Exception {
        Tokenizer tokenizer = open();
        List<Long> expected = List.of(2L, 5L, 6L, 3L);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<Integer>> rounds = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            rounds.add(threads.submit(() -> {
                for (int i = 0; ; i++) {
                    try {
                        assertThat(tokenizer.encode("ab hello").ids())
                                .containsExactly(
                                        expected.stream().mapToLong(id -> id).toArray());
                    } catch (LifecycleException e) {
                        return i;
                    }
                }
            }));
        }
        for (int i = 0; i < 200; i++) {
            tokenizer.encode("hello");
        }

        tokenizer.close();
        tokenizer.close();

        for (Future<Integer> round : rounds) {
            assertThat(round.get()).isNotNegative();
        }
        threads.shutdown();
        assertThatThrownBy(() -> tokenizer.encode("ab"))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("Maybe open another one");
        assertThatThrownBy(() -> tokenizer.decode(new long[] {5}, true)).isInstanceOf(LifecycleException.class);
    }
}
