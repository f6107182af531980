package io.edgeai.formats.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.format.ModelFormatDetector;
import io.edgeai.core.format.ModelInspection;
import io.edgeai.core.format.ModelInspector;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.spi.Unpacking;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;
import org.tukaani.xz.XZOutputStream;

/** Detection and inspection look through what joblib packs with, and call by its name what is packed otherwise. */
class PackedStreamsTest {
    private static final byte[] MODEL = ("\u0080\2csklearn.svm._classes\nSVC\n)\u0081}(X\u000e\0\0\0n_features_in_K\5"
                    + "X\u0010\0\0\0_sklearn_versionX\5\0\0\0001.4.2ub.")
            .getBytes(StandardCharsets.ISO_8859_1);

    @TempDir
    Path folder;

    private static byte[] packed(String kind, byte[] content, int dictionary) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        LZMA2Options options = new LZMA2Options();
        options.setDictSize(dictionary);
        try (OutputStream out =
                switch (kind) {
                    case "bzip2" -> new BZip2CompressorOutputStream(bytes);
                    case "xz" -> new XZOutputStream(bytes, options);
                    case "lzma" -> new LZMAOutputStream(bytes, options, -1);
                    default -> new FramedLZ4CompressorOutputStream(bytes);
                }) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    private Path file(String kind, byte[] content) throws IOException {
        return Files.write(folder.resolve("file"), packed(kind, content, 1 << 20));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bzip2", "xz", "lzma", "lz4"})
    void modelsAreSeenThroughThePacking(String kind) throws IOException {
        Path file = file(kind, MODEL);

        assertThat(ModelFormatDetector.detect(file)).isEqualTo(ModelFormat.SCIKIT_LEARN);
        ModelInspection inspection = ModelInspector.inspect(file);
        assertThat(inspection.variant()).isEqualTo(kind + "-compressed pickle of sklearn.svm._classes.SVC");
        assertThat(inspection.operators()).containsEntry("SVC", 1);
        assertThat(inspection.producer()).isEqualTo("scikit-learn 1.4.2");
        assertThat(inspection.metadata()).containsEntry("features", "5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bzip2", "xz", "lzma", "lz4"})
    void whatElseIsPackedIsNoModel(String kind) throws IOException {
        for (byte[] other : new byte[][] {
            "a text that somebody packed, no model at all".getBytes(StandardCharsets.UTF_8),
            new byte[2000],
            "\u0080\2ccollections\nCounter\n)R.".getBytes(StandardCharsets.ISO_8859_1)
        }) {
            Path file = file(kind, other);
            assertThatThrownBy(() -> ModelFormatDetector.detect(file))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("Maybe");
        }
    }

    /** The dictionary is allocated before a byte is seen, so a small file may not ask for a large one. */
    @ParameterizedTest
    @ValueSource(strings = {"xz", "lzma"})
    void largeDictionariesAreNotLookedInto(String kind) throws IOException {
        Path file = Files.write(folder.resolve("file"), packed(kind, MODEL, 64 << 20));

        ModelInspection inspection = ModelInspector.inspect(file);

        assertThat(inspection.format()).isEqualTo(ModelFormat.SCIKIT_LEARN);
        assertThat(inspection.variant()).contains("not looked into");
        assertThat(inspection.warnings()).anyMatch(warning -> warning.contains("conversion (edge-formats) can"));
        assertThatThrownBy(() -> new PackedStreams()
                        .open(kind, new ByteArrayInputStream(Files.readAllBytes(file)), 1 << 20)
                        .readAllBytes())
                .isInstanceOf(Unpacking.MemoryExceeded.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bzip2", "xz", "lzma", "lz4"})
    void damageGivesTypedErrors(String kind) throws IOException {
        byte[] whole = packed(kind, MODEL, 1 << 16);
        for (int seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            byte[] bytes = seed % 2 == 0 ? Arrays.copyOf(whole, 1 + random.nextInt(whole.length - 1)) : whole.clone();
            if (seed % 2 == 1) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Path file = Files.write(folder.resolve("damaged"), bytes);
            try {
                assertThat(ModelInspector.inspect(file).format())
                        .as("seed %d", seed)
                        .isNotNull();
            } catch (EdgeException e) {
                assertThat(e).as("seed %d", seed).isInstanceOf(ModelFormatException.class);
            }
        }
    }

    @Test
    void theContentIsTheContent() throws IOException {
        byte[] content = new byte[100_000];
        new Random(4).nextBytes(content);
        PackedStreams streams = new PackedStreams();
        for (String kind : streams.kinds()) {
            byte[] packed = packed(kind, content, 1 << 20);
            assertThat(streams.open(kind, new ByteArrayInputStream(packed), 20 << 20)
                            .readAllBytes())
                    .as(kind)
                    .isEqualTo(content);
        }
    }
}
