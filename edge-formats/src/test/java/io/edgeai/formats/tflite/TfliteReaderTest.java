package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT32;
import static io.edgeai.formats.tflite.file.TensorType.INT8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.formats.flatbuffer.FlatWriter;
import io.edgeai.formats.flatbuffer.FlatWriter.Table;
import io.edgeai.formats.golden.Runner;
import io.edgeai.formats.spi.ImportedModel;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import io.edgeai.formats.tflite.file.TfliteModel;
import io.edgeai.formats.tflite.file.TfliteReader;
import io.edgeai.formats.tflite.file.TfliteTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a file says beside its operators: shapes, constants, scales, entrances, notes; and what cannot be meant. */
class TfliteReaderTest {
    private static TfliteModel read(byte[] file) {
        return TfliteReader.read(ByteBuffer.wrap(file), "test");
    }

    private static TfliteTensor tensor(TfliteFile file, int index) {
        return read(file.bytes()).main().tensors().get(index);
    }

    private static float[] floats(ByteBuffer data) {
        float[] values = new float[data.remaining() / 4];
        data.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    @Test
    void aSignatureOfTheShapeSaysWhichSizesAreOpen() {
        TfliteFile file = new TfliteFile();
        int x = file.input(FLOAT32, 1, 3, 1);
        int y = file.input(FLOAT32, 1, 3);
        file.signature(x, -1, 3, -1).signature(y, -1); // the second does not fit and says nothing

        assertThat(tensor(file, x).dims()).containsExactly(-1, 3, -1);
        assertThat(tensor(file, x).fixed()).isFalse();
        assertThat(tensor(file, y).dims()).containsExactly(1, 3);
    }

    @Test
    void aValueWithoutDimensionsIsAScalarOrAnything() {
        TfliteFile file = new TfliteFile();
        int scalar = file.tensor(FLOAT32);
        int anything = file.tensor(FLOAT32);
        file.raw(anything).remove(8);
        file.input(FLOAT32, 1);

        assertThat(tensor(file, scalar).rankKnown()).isTrue();
        assertThat(tensor(file, anything).rankKnown()).isFalse();
    }

    /** No elements, but a constant all the same: joining it changes nothing. */
    @Test
    void constantsMayBeEmpty() {
        TfliteFile file = new TfliteFile();
        int x = file.input(FLOAT32, 2, 3);
        int empty = file.constant(FLOAT32, new byte[0], 0, 3);
        file.op(Builtin.CONCATENATION, table().with(0, 0), new int[] {empty, x}, file.output(FLOAT32, 2, 3));

        assertThat(tensor(file, empty).constant()).isTrue();
        assertThat(tensor(file, x).constant()).isFalse();
    }

    @Test
    void constantsLongerThanTheirShapeAreCutAndShorterOnesDamaged() {
        TfliteFile file = new TfliteFile();
        int w = file.floats(new float[] {1, 2, 3}, 2);
        file.input(FLOAT32, 1);
        TfliteFile bad = new TfliteFile();
        bad.floats(new float[] {1, 2, 3}, 2, 2);

        assertThat(floats(tensor(file, w).data())).containsExactly(1, 2);
        assertThatThrownBy(() -> read(bad.bytes()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("has the constant (t0) of 12 bytes where 16 belong");
    }

    /** Large files keep constants behind the FlatBuffer, found by offset and size from the file's start. */
    @Test
    void constantsBehindTheFlatBuffer() {
        TfliteFile file = new TfliteFile();
        int x = file.input(FLOAT32, 3);
        int w = file.floats(new float[3], 3);
        file.op(Builtin.ADD, table(), new int[] {x, w}, file.output(FLOAT32, 3));
        byte[] first = moved(file, Long.MAX_VALUE >> 1, 12);
        byte[] whole = Arrays.copyOf(moved(file, first.length, 12), first.length + 12);
        ByteBuffer.wrap(whole)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(first.length, 1)
                .putFloat(first.length + 4, -2)
                .putFloat(first.length + 8, .5f);

        assertThat(floats(read(whole).main().tensors().get(w).data())).containsExactly(1, -2, .5f);
        for (long offset : new long[] {whole.length - 11, Long.MAX_VALUE, -5, Long.MIN_VALUE}) {
            assertThatThrownBy(() -> read(moved(file, offset, 12)))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("points outside itself");
        }
        assertThatThrownBy(() -> read(moved(file, 8, -1)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("points outside itself");
    }

    /** The same file with its last buffer elsewhere. */
    @SuppressWarnings("unchecked")
    private static byte[] moved(TfliteFile file, long offset, long size) {
        file.bytes();
        List<Table> buffers = (List<Table>) file.model.get(4);
        buffers.set(buffers.size() - 1, table().with(1, offset).with(2, size));
        return FlatWriter.file("TFL3", file.model);
    }

    @Test
    void optionsOfCustomOperatorsMayLieBehindToo() {
        TfliteFile file = new TfliteFile();
        file.custom("Mine", new byte[0], new int[] {file.input(FLOAT32, 1)}, file.output(FLOAT32, 1));
        Table operator = file.lastOperator();
        operator.remove(5);
        operator.with(9, 8L).with(10, 3L);

        assertThat(read(file.bytes()).main().operators().get(0).customOptions().remaining())
                .isEqualTo(3);
        operator.with(9, 1L << 40);
        assertThatThrownBy(() -> read(file.bytes())).hasMessageContaining("points outside itself");
    }

    @ParameterizedTest
    @CsvSource({"2", "3"})
    void scalesInBlocksAreRefused(byte kind) {
        TfliteFile file = new TfliteFile();
        int w = file.bytes(INT8, new int[] {1, 2, 3, 4}, 4);
        file.raw(w).with(4, table().with(4, kind).with(5, table()));

        assertThatThrownBy(() -> read(file.bytes()))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("Tensor (t0) of the TFLite model is quantized in blocks")
                .hasMessageContaining("Maybe convert the model anew");
    }

    @Test
    void weightsInFilesBesideTheModelAreRefused() {
        TfliteFile file = new TfliteFile();
        file.raw(file.tensor(FLOAT32, 4)).with(10, 1);

        assertThatThrownBy(() -> read(file.bytes()))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("Tensor (t0) of the TFLite model lies in a file beside the model");
    }

    @Test
    void scalesAndZeroPoints() {
        TfliteFile file = new TfliteFile();
        int none = file.tensor(INT8, 4);
        int zero = file.tensor(INT8, 4);
        int pointless = file.tensor(INT8, 4);
        int shared = file.tensor(INT8, 4, 2);
        int real = file.tensor(FLOAT32, 4);
        file.raw(zero).with(4, table().with(2, new float[] {0}));
        file.raw(pointless).with(4, table().with(2, new float[] {.5f}));
        file.raw(shared)
                .with(
                        4,
                        table().with(2, new float[] {1, 2})
                                .with(3, new long[] {7})
                                .with(6, 1));
        file.quantize(real, .5f, 0);
        List<TfliteTensor> tensors = read(file.bytes()).main().tensors();

        assertThat(tensors.get(none).quantized()).isFalse();
        assertThat(tensors.get(zero).quantized()).isFalse();
        assertThat(tensors.get(real).quantized()).isFalse();
        assertThat(tensors.get(pointless).quantization().zeroPoint()).isZero();
        assertThat(tensors.get(shared).quantization().zeroPoints()).containsExactly(7, 7);
        assertThat(tensors.get(shared).quantization().perChannel()).isTrue();
    }

    @Test
    void scalesThatFitNoDimensionAreDamaged() {
        for (int axis : new int[] {0, 2, -1}) {
            TfliteFile file = new TfliteFile();
            file.quantize(file.tensor(INT8, 4, 2), new float[] {1, 2}, axis);

            assertThatThrownBy(() -> read(file.bytes()))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("has 2 scales that fit no dimension (axis " + axis + " of [4, 2])");
        }
    }

    /** What is said about a sound file of two tensors and an operator after a change. */
    private static String damage(Consumer<TfliteFile> change) {
        TfliteFile file = new TfliteFile();
        int x = file.input(FLOAT32, 2);
        file.op(Builtin.RELU, table(), new int[] {x}, file.output(FLOAT32, 2));
        change.accept(file);
        byte[] bytes = file.bytes();
        Throwable thrown = catchThrowable(() -> read(bytes));
        boolean typed =
                thrown instanceof ModelFormatException && thrown.getMessage().contains("Maybe");
        return typed ? thrown.getMessage() : "no typed error: " + thrown;
    }

    @Test
    void numbersOfWhatIsNotThereAreSaid() {
        assertThat(damage(f -> f.lastOperator().with(1, new int[] {2}))).contains("names tensor (2) of 2");
        assertThat(damage(f -> f.lastOperator().with(1, new int[] {-2}))).contains("names tensor (-2) of 2");
        assertThat(damage(f -> f.lastOperator().with(2, new int[] {-1}))).contains("names tensor (-1) of 2");
        assertThat(damage(f -> f.lastOperator().with(8, new int[] {5}))).contains("names tensor (5) of 2");
        assertThat(damage(f -> f.lastOperator().with(0, 1))).contains("names operator code (1) of 1");
        assertThat(damage(f -> f.lastOperator().with(0, -1))).contains("names operator code (-1) of 1");
        assertThat(damage(f -> f.raw(0).with(2, 1))).contains("names buffer (1) of 1");
        assertThat(damage(f -> f.raw(0).with(2, -1))).contains("names buffer (-1) of 1");
        assertThat(damage(f -> f.raw(0).with(1, (byte) 99))).contains("has a tensor of unknown type (99)");
        assertThat(damage(f -> f.raw(0).with(0, new int[] {1 << 20, 1 << 20, 2})))
                .contains("has a tensor of more than 2^40 elements");
        assertThat(damage(f -> f.leaves(9))).contains("names tensor (9) of 2");
        assertThat(damage(f -> entrance(f, 1, 0))).contains("has a signature of graph (1) of 1");
        assertThat(damage(f -> entrance(f, -1, 0))).contains("has a signature of graph (-1) of 1");
        assertThat(damage(f -> entrance(f, 0, 2))).contains("names tensor (2) of 2");
    }

    private static void entrance(TfliteFile file, int graph, int tensor) {
        file.model.with(
                7,
                List.of(table().with(0, List.of(table().with(0, "in").with(1, tensor)))
                        .with(2, "main")
                        .with(4, graph)));
    }

    @Test
    void constantsOfSizesBelowZeroAreDamaged() {
        TfliteFile file = new TfliteFile();
        file.floats(new float[] {1, 2}, -1, 2);

        assertThatThrownBy(() -> read(file.bytes()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("has a constant with the dimension (-1)");
    }

    /** Entrances beside the first graph are listed and said not to be converted. */
    @Test
    void entrancesOfSeveralGraphs() {
        TfliteFile file = new TfliteFile();
        int x = file.input(FLOAT32, 2);
        int y = file.output(FLOAT32, 2);
        file.op(Builtin.RELU, table(), new int[] {x}, y).next();
        int a = file.input(FLOAT32, 2);
        int b = file.output(FLOAT32, 2);
        file.op(Builtin.NEG, table(), new int[] {a}, b);
        file.model.with(
                7,
                List.of(
                        table().with(0, List.of(table().with(0, "image").with(1, x)))
                                .with(1, List.of(table().with(0, "scores").with(1, y)))
                                .with(2, "serve"),
                        table().with(0, List.of(table().with(0, "gradient").with(1, a)))
                                .with(1, List.of(table().with(0, "step").with(1, b)))
                                .with(2, "train")
                                .with(4, 1)));
        TfliteModel model = read(file.bytes());

        ImportedModel imported = TfliteImporter.convert(model);

        assertThat(model.signatures())
                .extracting(TfliteModel.Signature::subgraph)
                .containsExactly(0, 1);
        assertThat(model.signatures().get(1).inputs()).isEqualTo(Map.of("gradient", a));
        assertThat(imported.graph().info().metadata())
                .containsEntry("tflite.signature.serve", "inputs [image=t0] outputs [scores=t1]")
                .containsEntry("tflite.signature.train", "inputs [gradient=t0] outputs [step=t1]");
        assertThat(imported.notes())
                .contains("RELU x 1")
                .anyMatch(note -> note.startsWith("signature train") && note.contains("not converted"))
                .noneMatch(note -> note.startsWith("NEG"));
    }

    @Test
    void notesOfTheConverter() {
        TfliteFile file = new TfliteFile();
        file.input(FLOAT32, 2);
        int version = file.constant(TensorType.UINT8, "2.14.0\0\0\0\0".getBytes(StandardCharsets.US_ASCII), 10);
        int other = file.constant(TensorType.UINT8, new byte[5], 5);
        file.model.with(
                6,
                List.of(
                        table().with(0, "min_runtime_version")
                                .with(1, file.raw(version).get(2)),
                        table().with(0, "extra").with(1, file.raw(other).get(2)),
                        table().with(0, "empty")));
        TfliteModel model = read(file.bytes());

        assertThat(model.minimumRuntime()).isEqualTo("2.14.0");
        assertThat(model.metadata()).isEqualTo(Map.of("min_runtime_version", 10, "extra", 5, "empty", 0));
    }

    /** Older files count operators in a byte; where it is full the number behind it counts. */
    @ParameterizedTest
    @CsvSource({"19,0,RELU", "0,19,RELU", "127,150,GELU", "127,300,BUILTIN_300", "42,0,DIV"})
    void codesOfOldAndNewFiles(byte old, int number, String name) {
        TfliteFile file = new TfliteFile();
        file.op(Builtin.RELU, table(), new int[] {file.input(FLOAT32, 1)}, file.output(FLOAT32, 1));
        file.bytes();
        file.model.with(1, List.of(table().with(0, old).with(3, number)));
        byte[] bytes = FlatWriter.file("TFL3", file.model);

        assertThat(read(bytes).main().operators().get(0).kind()).isEqualTo(name);
    }

    @Test
    void anOperatorWithoutACodeIsDamaged() {
        TfliteFile file = new TfliteFile();
        file.op(Builtin.RELU, table(), new int[] {file.input(FLOAT32, 1)}, file.output(FLOAT32, 1));
        file.bytes();
        file.model.with(1, List.of(table().with(0, (byte) 127).with(3, 127)));
        byte[] bytes = FlatWriter.file("TFL3", file.model);

        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("has an operator without a code");
    }

    @Test
    void filesAreReadFromDisk(@TempDir Path folder) throws IOException {
        TfliteFile file = new TfliteFile();
        file.op(Builtin.RELU, table(), new int[] {file.input(FLOAT32, 2)}, file.output(FLOAT32, 2));
        Path path = Files.write(folder.resolve("model.tflite"), file.bytes());
        TfliteImporter importer = new TfliteImporter();

        ImportedModel imported = importer.read(path);

        assertThat(importer.format()).isEqualTo(ModelFormat.TFLITE);
        assertThat(imported.graph().nodes()).hasSize(1);
        assertThatThrownBy(() -> importer.read(folder.resolve("none.tflite")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("none.tflite) cannot be read")
                .hasMessageContaining("Maybe check its permissions");
    }

    /** Inputs no caller feeds, outputs that are inputs, constants or twice the same: each has its own name. */
    @Test
    void whatGoesInAndComesOut() {
        TfliteFile file = new TfliteFile();
        int x = file.input(FLOAT32, 2);
        int w = file.floats(new float[] {3, 4}, 2);
        int y = file.tensor(FLOAT32, 2);
        file.op(Builtin.ADD, table(), new int[] {x, w}, y);
        file.leaves(x).leaves(w).leaves(y).leaves(y);
        var graph = TfliteImporter.convert(read(file.bytes())).graph();

        List<double[]> found =
                Runner.run(graph, List.of(Numbers.reals(new double[] {1, 2}, 2).npy()));

        assertThat(graph.inputs()).extracting(i -> i.name()).containsExactly("t0");
        assertThat(graph.outputs())
                .extracting(o -> o.name())
                .doesNotHaveDuplicates()
                .hasSize(4);
        assertThat(found)
                .usingRecursiveComparison()
                .isEqualTo(List.of(new double[] {1, 2}, new double[] {3, 4}, new double[] {4, 6}, new double[] {4, 6}));
    }

    @Test
    void aValueReadBeforeItIsWrittenIsDamage() {
        TfliteFile file = new TfliteFile();
        int lost = file.tensor(FLOAT32, 2);
        file.op(Builtin.RELU, table(), new int[] {lost}, file.output(FLOAT32, 2));

        assertThatThrownBy(() -> TfliteImporter.convert(read(file.bytes())))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("Tensor (t0, number 0) is read before any operator writes it");
    }

    @Test
    void integersOf32BitsHaveNoScaleOfTheirOwn() {
        TfliteFile file = new TfliteFile();
        int x = file.input(INT32, 2);
        file.quantize(x, .5f, 0);

        assertThat(tensor(file, x).quantized()).isFalse();
    }
}
