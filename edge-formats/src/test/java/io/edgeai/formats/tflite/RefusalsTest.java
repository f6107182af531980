package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.BOOL;
import static io.edgeai.formats.tflite.file.TensorType.COMPLEX64;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT32;
import static io.edgeai.formats.tflite.file.TensorType.INT64;
import static io.edgeai.formats.tflite.file.TensorType.RESOURCE;
import static io.edgeai.formats.tflite.file.TensorType.STRING;
import static io.edgeai.formats.tflite.file.TensorType.VARIANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.formats.flatbuffer.FlatWriter.Table;
import io.edgeai.formats.spi.ImportReport;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import io.edgeai.formats.tflite.file.TfliteReader;
import io.edgeai.formats.tflite.ops.TfliteGraphWriter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What cannot be written is named with its place and a way out; nothing half right leaves the importer. */
class RefusalsTest {
    private static OnnxGraph graph(TfliteFile file) {
        return TfliteImporter.convert(TfliteReader.read(ByteBuffer.wrap(file.bytes()), "test"))
                .graph();
    }

    static Stream<Builtin> unmapped() {
        Set<String> mapped = TfliteGraphWriter.operators();
        return Arrays.stream(Builtin.values())
                .filter(op -> !mapped.contains(op.name()) && op != Builtin.CUSTOM && op != Builtin.PLACEHOLDER);
    }

    @ParameterizedTest
    @MethodSource("unmapped")
    void operatorsWithoutAMappingAreNamed(Builtin op) {
        TfliteFile file = new TfliteFile();
        int x = file.input(FLOAT32, 2);
        file.op(op, table(), new int[] {x}, file.output(FLOAT32, 2));

        assertThatThrownBy(() -> graph(file))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(" + op + " has no mapping) x 1 at operator 0")
                .hasMessageContaining("Maybe run it with a TFLite interpreter, or export the original model to ONNX.");
    }

    @Test
    void operatorsOfLaterVersionsAreNamedByNumber() {
        TfliteFile file = new TfliteFile();
        int x = file.input(FLOAT32, 2);
        file.op(Builtin.RELU, table(), new int[] {x}, file.output(FLOAT32, 2));
        file.lastCode().with(0, (byte) 127).with(3, 206);

        assertThatThrownBy(() -> graph(file)).hasMessageContaining("(BUILTIN_206 has no mapping) x 1 at operator 0");
    }

    @Test
    void whatIsWrittenIsReported() {
        TfliteFile file = new TfliteFile();
        int x = file.input(FLOAT32, 2);
        int y = file.tensor(FLOAT32, 2);
        file.op(Builtin.RELU, table(), new int[] {x}, y);
        int z = file.tensor(FLOAT32, 2);
        file.op(Builtin.SQUARE, table(), new int[] {y}, z);
        file.op(Builtin.RELU, table(), new int[] {z}, file.output(FLOAT32, 2));

        assertThat(TfliteImporter.convert(TfliteReader.read(ByteBuffer.wrap(file.bytes()), "test"))
                        .report()
                        .items())
                .containsExactly(
                        new ImportReport.Item("RELU", 2, "Relu x 2", List.of("operator 0", "operator 2")),
                        new ImportReport.Item("SQUARE", 1, "Mul", List.of("operator 1")));
    }

    /** Of many places the first five are listed. */
    @Test
    void manyPlacesAreCounted() {
        TfliteFile file = new TfliteFile();
        int value = file.input(FLOAT32, 2);
        for (int i = 0; i < 9; i++) {
            int next = i == 8 ? file.output(FLOAT32, 2) : file.tensor(FLOAT32, 2);
            file.custom("Flex" + i % 2, new byte[0], new int[] {value}, next);
            value = next;
        }

        assertThatThrownBy(() -> graph(file))
                .hasMessageContaining(
                        "(Flex0 is a custom operator) x 5 at operator 0, operator 2, operator 4, operator 6, operator 8;")
                .hasMessageContaining("(Flex1 is a custom operator) x 4 at");
    }

    /** Words and tables of words belong to text models, which keep state outside the graph. */
    @Test
    void hashTablesAreRefused() {
        TfliteFile file = new TfliteFile();
        int words = file.input(STRING, 3);
        int table = file.tensor(RESOURCE, 1);
        file.op(Builtin.HASHTABLE, table(), new int[] {}, table);
        file.op(Builtin.HASHTABLE_FIND, table(), new int[] {table, words, file.scalar(0)}, file.output(INT64, 3));

        assertThatThrownBy(() -> graph(file))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(HASHTABLE has no mapping)")
                .hasMessageContaining("(HASHTABLE_FIND has no mapping)");
    }

    @ParameterizedTest
    @EnumSource(names = {"RESOURCE", "VARIANT"})
    void valuesThatAreNoTensorsAreRefused(TensorType type) {
        TfliteFile file = new TfliteFile();
        int x = file.input(FLOAT32, 2);
        int odd = file.tensor(type, 2);
        file.op(Builtin.CAST, table(), new int[] {x}, odd);
        file.op(Builtin.CAST, table(), new int[] {odd}, file.output(FLOAT32, 2));

        assertThatThrownBy(() -> graph(file))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("CAST works on tensors of type " + type);
    }

    /** ONNX Runtime has no complex numbers; a graph with them would fail only when it is loaded. */
    @Test
    void complexNumbersAreRefused() {
        TfliteFile file = new TfliteFile();
        int x = file.input(FLOAT32, 2);
        int wave = file.tensor(COMPLEX64, 2);
        file.op(Builtin.CAST, table(), new int[] {x}, wave);
        file.op(Builtin.RESHAPE, table(), new int[] {wave, file.vector(2, 1)}, file.output(COMPLEX64, 2, 1));
        TfliteFile fed = new TfliteFile();
        fed.op(
                Builtin.RESHAPE,
                table(),
                new int[] {fed.input(COMPLEX64, 2), fed.vector(2, 1)},
                fed.output(COMPLEX64, 2, 1));

        for (TfliteFile each : new TfliteFile[] {file, fed}) {
            assertThatThrownBy(() -> graph(each))
                    .isInstanceOf(UnsupportedOperatorException.class)
                    .hasMessageContaining("works on tensors of type COMPLEX64")
                    .hasMessageContaining("Maybe");
        }
    }

    private static String refusal(Builtin op, Table options, Numbers... inputs) {
        OneOperator one = new OneOperator(op, options);
        for (Numbers each : inputs) {
            one.fed(each);
        }
        Throwable thrown = catchThrowable(one.into(FLOAT32, 2)::graph);
        boolean typed = thrown instanceof EdgeException && thrown.getMessage().contains("Maybe");
        return typed ? thrown.getMessage() : "no typed error: " + thrown;
    }

    @Test
    void whatMustBeStatedIsSaidToBeComputed() {
        Numbers x = Numbers.reals(new double[4], 2, 2);
        Numbers order = Numbers.ints(1, 0);
        Numbers one = Numbers.scalar(INT32, 1);

        assertThat(refusal(Builtin.TRANSPOSE, table(), x, order)).contains("computes its permutation");
        assertThat(refusal(Builtin.ARG_MAX, table(), x, one)).contains("computes its axis");
        assertThat(refusal(Builtin.SPLIT, table(), one, x)).contains("computes its axis");
        assertThat(refusal(Builtin.REVERSE_V2, table(), x, order)).contains("computes its axes");
        assertThat(refusal(Builtin.STRIDED_SLICE, table(), x, order, order, order))
                .contains("computes its strides");
        assertThat(refusal(Builtin.MIRROR_PAD, table().with(0, (byte) 1), x, Numbers.of(INT32, new double[4], 2, 2)))
                .contains("computes its padding");
    }

    @Test
    void whatDoesNotFitIsSaid() {
        Numbers x = Numbers.reals(new double[4], 2, 2);
        Numbers w = Numbers.reals(new double[16], 2, 2, 2, 2);

        assertThat(refusal(Builtin.ADD, table(), x)).contains("lacks its input 1");
        assertThat(refusal(Builtin.CONCATENATION, table().with(0, 5), x, x))
                .contains("names axis 5 of a value of rank 2");
        assertThat(refusal(Builtin.GATHER, table().with(0, -3), x, Numbers.ints(0)))
                .contains("names axis -3 of a value of rank 2");
        assertThat(refusal(Builtin.MAX_POOL_2D, table(), w)).contains("has a window without size or step");
        assertThat(refusal(Builtin.MAX_POOL_2D, table(), x)).contains("pools FLOAT32[2, 2] t0");
        assertThat(refusal(Builtin.SPACE_TO_DEPTH, table(), w)).contains("has the block size 0");
        assertThat(refusal(Builtin.BATCH_MATMUL, table().with(0, true), Numbers.reals(new double[2], 2), x))
                .contains("multiplies matrices of rank 1");
        assertThat(refusal(Builtin.REVERSE_SEQUENCE, table().with(0, 1).with(1, 1), x, Numbers.ints(1, 1)))
                .contains("reverses axis 1 of batches along the same axis");
        assertThat(refusal(
                        Builtin.CONV_3D,
                        table().with(1, 1).with(2, 1).with(3, 1),
                        x,
                        Numbers.reals(new double[1], 1, 1, 1, 1, 1)))
                .contains("convolves FLOAT32[2, 2] t0");
    }

    /** Outputs of a kind that no caller can take are left out. */
    @Test
    void resourcesNeitherComeInNorOut() {
        TfliteFile file = new TfliteFile();
        int handle = file.input(RESOURCE, 1);
        int x = file.input(BOOL, 2);
        file.op(Builtin.LOGICAL_NOT, table(), new int[] {x}, file.output(BOOL, 2));
        file.leaves(handle).leaves(file.tensor(VARIANT));

        assertThat(graph(file).inputs()).hasSize(1);
        assertThat(graph(file).outputs()).hasSize(1);
    }
}
