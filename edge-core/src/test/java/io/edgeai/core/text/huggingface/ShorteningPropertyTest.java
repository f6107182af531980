package io.edgeai.core.text.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.edgeai.core.text.Encoding;
import io.edgeai.core.text.TokenBatch;
import io.edgeai.core.text.Tokenizer;
import io.edgeai.core.text.source.TokenizerSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Truncation, windows and padding in Java against those of the native library itself. */
class ShorteningPropertyTest {
    @TempDir
    Path folder;

    private Path source;

    @BeforeEach
    void natives() {
        Natives.assumeHere();
        source = Natives.wordPieceFolder(folder, List.of("a", "b", "c", "d", "##x"), "{}");
    }

    private static String text(Random random, int longest) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(longest); i > 0; i--) {
            text.append((char) ('a' + random.nextInt(4)))
                    .append(random.nextInt(4) == 0 ? "x" : "")
                    .append(' ');
        }
        return text.toString();
    }

    private interface Native {
        void use(TokenizersLibrary library, long handle);
    }

    private void nativeTokenizer(Native use) {
        TokenizersLibrary library = NativeLibrary.load();
        long handle =
                library.createTokenizerFromString(TokenizerSource.read(source).json());
        try {
            use.use(library, handle);
        } finally {
            library.deleteTokenizer(handle);
        }
    }

    @Test
    void pairsAreCutAsTheNativeLibraryCutsThem() {
        nativeTokenizer((library, handle) -> {
            try (Tokenizer tokenizer = Natives.open(source)) {
                for (int seed = 0; seed < 400; seed++) {
                    Random random = new Random(seed);
                    String first = text(random, 12);
                    String second = text(random, 12);
                    Encoding whole = tokenizer.encode(first, second);
                    int most = 4 + random.nextInt(20);
                    library.setTruncation(handle, most, "LONGEST_FIRST", 0);
                    long encoded = library.encodeDual(handle, first, second, true);
                    long[] expected = library.getTokenIds(encoded);
                    library.deleteEncoding(encoded);

                    assertThat(whole.truncated(most).ids())
                            .as("seed %d: (%s|%s) to %d", seed, first, second, most)
                            .isEqualTo(expected);
                }
            }
        });
    }

    @Test
    void contextsAreDividedAsTheNativeLibraryDividesThem() {
        nativeTokenizer((library, handle) -> {
            try (Tokenizer tokenizer = Natives.open(source)) {
                for (int seed = 0; seed < 300; seed++) {
                    Random random = new Random(seed);
                    String question = text(random, 4);
                    String context = text(random, 60) + "a b c d";
                    Encoding whole = tokenizer.encode(question, context);
                    int room = 2 + random.nextInt(12);
                    int most = room + whole.size() - whole.length(1);
                    int stride = random.nextInt(room);
                    library.setTruncation(handle, most, "ONLY_SECOND", stride);

                    List<long[]> windows = whole.windows(most, stride, 1).stream()
                            .map(Encoding::ids)
                            .toList();

                    assertThat(windows)
                            .as("seed %d: %d tokens, room %d, stride %d", seed, whole.length(1), room, stride)
                            .usingRecursiveComparison()
                            .isEqualTo(overflowing(library, handle, question, context));
                }
            }
        });
    }

    private static List<long[]> overflowing(TokenizersLibrary library, long handle, String first, String second) {
        List<long[]> parts = new ArrayList<>();
        long encoded = library.encodeDual(handle, first, second, true);
        parts.add(library.getTokenIds(encoded));
        for (long part : library.getOverflowing(encoded)) {
            parts.add(library.getTokenIds(part));
            library.deleteEncoding(part);
        }
        library.deleteEncoding(encoded);
        return parts;
    }

    @Test
    void batchesArePaddedAsTheNativeLibraryPadsThem() {
        nativeTokenizer((library, handle) -> {
            library.setPadding(handle, 0, "LONGEST", 0);
            try (Tokenizer tokenizer = Natives.open(source)) {
                for (int seed = 0; seed < 50; seed++) {
                    Random random = new Random(seed);
                    List<String> texts = List.of(text(random, 9), text(random, 9), text(random, 9));
                    TokenBatch batch = TokenBatch.of(tokenizer.encodeAll(texts), 0);
                    List<Long> ids = new ArrayList<>();
                    List<Long> mask = new ArrayList<>();
                    for (long row : library.batchEncode(handle, texts.toArray(String[]::new), true)) {
                        for (long id : library.getTokenIds(row)) {
                            ids.add(id);
                        }
                        for (long one : library.getAttentionMask(row)) {
                            mask.add(one);
                        }
                        library.deleteEncoding(row);
                    }

                    assertThat(batch.ids().longs()).as("seed %d", seed).isEqualTo(longs(ids));
                    assertThat(batch.attentionMask().longs())
                            .as("seed %d", seed)
                            .isEqualTo(longs(mask));
                }
            }
        });
    }

    private static long[] longs(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }
}
