package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.flatbuffer.FlatWriter;
import io.edgeai.formats.flatbuffer.FlatWriter.Table;
import io.edgeai.formats.golden.Allowance;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import io.edgeai.formats.tflite.file.TfliteModel;
import io.edgeai.formats.tflite.file.TfliteReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a TFLite file says beside its operators, and that broken files give typed errors. */
class DamagedTfliteTest {
    private static TfliteModel read(byte[] file) {
        return TfliteReader.read(ByteBuffer.wrap(file), "test");
    }

    /** 10,000 files cut short, with flipped bits, or with a length made enormous. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CONV_2D int8 0", "STRIDED_SLICE", "UNIDIRECTIONAL_SEQUENCE_LSTM 3", "WHILE", "GATHER batches behind",
                "two convolutions and a sum", "SPACE_TO_BATCH_ND", "TRANSPOSE_CONV same", "UNPACK", "SVDF"
            })
    void brokenFilesGiveTypedErrors(String name) {
        byte[] good = TfliteCases.all().get(name).file();
        long seed = name.hashCode();
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 1000; i++) {
            byte[] bad = good.clone();
            int at = random.nextInt(bad.length);
            switch (i % 4) {
                case 0 -> bad = Arrays.copyOf(bad, at);
                case 1 -> Arrays.fill(bad, at, Math.min(bad.length, at + 1 + random.nextInt(8)), (byte) 0xff);
                default -> bad[at] ^= (byte) (1 << random.nextInt(8));
            }
            Allowance allowance = Allowance.start();
            try {
                TfliteImporter.convert(read(bad));
            } catch (EdgeException e) {
                assertThat(e).isInstanceOfAny(ModelFormatException.class, UnsupportedOperatorException.class);
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError(name + ", seed " + seed + ", variant " + i + ": " + e, e);
            }
            allowance.end(name + ", seed " + seed + ", variant " + i, bad.length);
        }
        assertThat(refused).as("refused of 1000").isGreaterThan(200);
    }

    /** Sizes, places, options and codes that are off by a little, in a file of every operator. */
    @Test
    void numbersThatAreOffGiveTypedErrorsOrGraphs() {
        long seed = 4711;
        Random random = new Random(seed);
        int refused = 0;
        int runs = 0;
        for (TfliteCases.Case each : TfliteCases.all().values()) {
            byte[] good = each.file();
            for (int i = 0; i < 120; i++) {
                byte[] bad = good.clone();
                ByteBuffer view = ByteBuffer.wrap(bad).order(java.nio.ByteOrder.LITTLE_ENDIAN);
                for (int hit = random.nextInt(3); hit >= 0; hit--) {
                    view.putInt(4 * (2 + random.nextInt(bad.length / 4 - 2)), random.nextInt(12) - 3);
                }
                runs++;
                try {
                    TfliteImporter.convert(read(bad));
                } catch (EdgeException e) {
                    assertThat(e).isInstanceOfAny(ModelFormatException.class, UnsupportedOperatorException.class);
                    assertThat(e.getMessage()).contains("Maybe");
                    refused++;
                } catch (RuntimeException | Error e) {
                    throw new AssertionError(each.name() + ", seed " + seed + ", variant " + i + ": " + e, e);
                }
            }
        }
        assertThat(refused).isBetween(runs / 10, runs - runs / 10);
    }

    @Test
    void otherBytesAreNoModel() {
        assertThatThrownBy(() -> read(new byte[4]))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("ends before");
        assertThatThrownBy(() -> read("0000TFL1000000000000".getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("mark TFL3");
        assertThatThrownBy(() -> read(FlatWriter.file("TFL3", table().with(0, 2))))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("schema version (2)");
        assertThatThrownBy(() -> read(FlatWriter.file("TFL3", table().with(0, 3))))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("holds no graph");
    }

    /** A table shared by a long list would unfold into a list of copies; the reader counts what it unfolds. */
    @Test
    void sharedTablesDoNotUnfoldIntoMemory() {
        Table tensor = table().with(0, new int[100_000]).with(3, "x".repeat(100_000));
        byte[] one = FlatWriter.file(
                "TFL3",
                table().with(0, 3).with(2, List.of(table().with(0, new ArrayList<>(Collections.nCopies(2, tensor))))));
        int list = find(one, 2);
        byte[] many = Arrays.copyOf(one, one.length + 4 * 5000 + 4);
        ByteBuffer view = ByteBuffer.wrap(many).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        int first = list + 4 + view.getInt(list + 4);
        view.putInt(one.length, 5000);
        for (int i = 0; i < 5000; i++) { // offsets point forward only, so the list stands in front in real files
            view.putInt(one.length + 4 + 4 * i, first - (one.length + 4 + 4 * i));
        }

        assertThatThrownBy(() -> read(many)).isInstanceOf(ModelFormatException.class);
    }

    private static int find(byte[] file, int count) {
        ByteBuffer view = ByteBuffer.wrap(file).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        for (int i = 8; i + 4 <= file.length; i += 4) {
            if (view.getInt(i) == count && i > 40) {
                return i;
            }
        }
        throw new AssertionError("no list of " + count);
    }

    @Test
    void theCodeIsTheGreaterOfTheOldByteAndTheNewNumber() {
        TfliteFile file = new TfliteFile();
        file.op(
                Builtin.GELU,
                table(),
                new int[] {file.input(TensorType.FLOAT32, 2)},
                file.output(TensorType.FLOAT32, 2));

        assertThat(read(file.bytes()).main().operators().get(0).kind()).isEqualTo("GELU");
    }

    @Test
    void signaturesNotesAndAttachedFilesAreRead() throws IOException {
        TfliteFile file = new TfliteFile();
        int x = file.input(TensorType.FLOAT32, 2);
        int y = file.output(TensorType.FLOAT32, 2);
        file.op(Builtin.RELU, table(), new int[] {x}, y);
        file.model.with(
                7,
                List.of(table().with(0, List.of(table().with(0, "in").with(1, x)))
                        .with(1, List.of(table().with(0, "out").with(1, y)))
                        .with(2, "serving_default")));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(file.bytes());
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("labels.txt"));
            zip.write("cat\ndog\n".getBytes(StandardCharsets.UTF_8));
        }

        TfliteModel model = read(out.toByteArray());
        var imported = TfliteImporter.convert(model);

        assertThat(model.description()).isEqualTo("test");
        assertThat(model.signatures()).singleElement().satisfies(signature -> {
            assertThat(signature.key()).isEqualTo("serving_default");
            assertThat(signature.inputs()).isEqualTo(Map.of("in", x));
            assertThat(signature.outputs()).isEqualTo(Map.of("out", y));
        });
        assertThat(model.files()).isEqualTo(Map.of("labels.txt", "cat\ndog\n"));
        assertThat(imported.graph().info().metadata())
                .containsEntry("tflite.file.labels.txt", "cat\ndog\n")
                .containsEntry("tflite.signature.serving_default", "inputs [in=t0] outputs [out=t1]");
        assertThat(imported.notes()).contains("RELU x 1", "file labels.txt: 2 lines");
    }

    @Test
    void sparseWeightsUnfold() {
        TfliteFile file = new TfliteFile();
        int x = file.input(TensorType.FLOAT32, 1, 4);
        int w = file.floats(new float[] {1, 2, 3, 4, 5, 6}, 2, 4); // six of the eight are there
        Table rows = table().with(0, (byte) 0).with(1, 2);
        Table columns = table().with(0, (byte) 1)
                .with(2, (byte) 1)
                .with(3, table().with(0, new int[] {0, 4, 6}))
                .with(4, (byte) 1)
                .with(5, table().with(0, new int[] {0, 1, 2, 3, 0, 3}));
        file.raw(w).with(6, table().with(0, new int[] {0, 1}).with(2, List.of(rows, columns)));
        file.op(Builtin.FULLY_CONNECTED, table(), new int[] {x, w, -1}, file.output(TensorType.FLOAT32, 1, 2));

        ByteBuffer dense = read(file.bytes()).main().tensors().get(w).data();

        float[] found = new float[8];
        dense.asFloatBuffer().get(found);
        assertThat(found).containsExactly(1, 2, 3, 4, 5, 0, 0, 6);
    }

    @Test
    void fourBitWeightsAreWidened() {
        TfliteFile file = new TfliteFile();
        int w = file.constant(TensorType.INT4, new byte[] {0x21, (byte) 0xf8, 7}, 5);
        file.input(TensorType.FLOAT32, 1);

        ByteBuffer wide = read(file.bytes()).main().tensors().get(w).data();

        byte[] found = new byte[5];
        wide.get(0, found);
        assertThat(found).containsExactly(1, 2, -8, -1, 7);
    }
}
