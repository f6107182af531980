package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT32;
import static io.edgeai.formats.tflite.file.TensorType.INT8;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.formats.flatbuffer.FlatWriter.Table;
import io.edgeai.formats.golden.Runner;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import io.edgeai.formats.tflite.file.TfliteReader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One import serves every batch: it answers for many rows what it answers for each of them. */
class OpenSizesTest {
    /** An operator on values whose first size is open, with the constants behind the value. */
    private record Served(
            Builtin op, Table options, int[] in, int[] out, IntFunction<Numbers[]> constants, int states) {
        @Override
        public String toString() {
            return op.toString();
        }

        OnnxGraph graph() {
            TfliteFile file = new TfliteFile();
            int x = file.input(FLOAT32, in);
            int[] from = IntStream.concat(
                            IntStream.of(x), Arrays.stream(constants.apply(0)).mapToInt(each -> tensor(file, each)))
                    .toArray();
            if (states > 0) {
                int state = file.tensor(FLOAT32, 1, states);
                file.variable(state).signature(state, -1, states);
                from = IntStream.concat(Arrays.stream(from), IntStream.of(state))
                        .toArray();
            }
            int y = file.output(FLOAT32, out);
            file.signature(x, open(in)).signature(y, open(out)).op(op, options, from, y);
            return TfliteImporter.convert(TfliteReader.read(ByteBuffer.wrap(file.bytes()), "test"))
                    .graph();
        }

        private static int tensor(TfliteFile file, Numbers each) {
            int tensor = file.constant(each.type, each.bytes(), each.dims);
            if (each.scales.length == 1) {
                file.quantize(tensor, each.scales[0], each.zero);
            }
            return tensor;
        }

        private static int[] open(int[] dims) {
            int[] open = dims.clone();
            open[0] = -1;
            return open;
        }
    }

    private static Numbers drawn(int... dims) {
        return Numbers.reals(new Random(Arrays.hashCode(dims)), dims);
    }

    private static Served served(Builtin op, Table options, int[] in, int[] out, Numbers... constants) {
        return new Served(op, options, in, out, i -> constants, 0);
    }

    static Stream<Served> operators() {
        int[] image = {1, 4, 4, 2};
        int[] rows = {1, 6};
        return Stream.of(
                served(
                        Builtin.CONV_2D,
                        TfliteCases.conv(0, 2, 2, 1),
                        image,
                        new int[] {1, 2, 2, 3},
                        drawn(3, 3, 3, 2),
                        drawn(3)),
                served(
                        Builtin.DEPTHWISE_CONV_2D,
                        table().with(1, 1).with(2, 1).with(3, 1),
                        image,
                        image,
                        drawn(1, 3, 3, 2),
                        drawn(2)),
                served(Builtin.AVERAGE_POOL_2D, TfliteCases.pool(0, 2, 3, 3), image, new int[] {1, 2, 2, 2}),
                served(Builtin.RESIZE_BILINEAR, table(), image, new int[] {1, 8, 6, 2}, Numbers.ints(8, 6)),
                served(Builtin.MEAN, table(), image, new int[] {1, 2}, Numbers.ints(1, 2)),
                served(Builtin.SOFTMAX, table().with(0, 1f), rows, rows),
                served(Builtin.FULLY_CONNECTED, table(), rows, new int[] {1, 4}, drawn(4, 6), drawn(4)),
                served(Builtin.FULLY_CONNECTED, table(), image, new int[] {1, 3}, drawn(3, 32), drawn(3)),
                served(
                        Builtin.FULLY_CONNECTED,
                        table(),
                        rows,
                        new int[] {1, 4},
                        Numbers.whole(INT8, new Random(3), 4, 6).scaled(.02, 0),
                        drawn(4)),
                served(Builtin.RESHAPE, table(), image, new int[] {1, 32}, Numbers.ints(-1, 32)),
                served(Builtin.TRANSPOSE, table(), image, new int[] {1, 2, 4, 4}, Numbers.ints(0, 3, 1, 2)),
                served(
                        Builtin.SLICE,
                        table(),
                        image,
                        new int[] {1, 2, 2, 2},
                        Numbers.ints(0, 1, 1, 0),
                        Numbers.ints(-1, 2, 2, -1)),
                served(
                        Builtin.STRIDED_SLICE,
                        table().with(0, 1).with(1, 1),
                        image,
                        new int[] {1, 2, 4, 2},
                        Numbers.ints(0, -2),
                        Numbers.ints(0, 9),
                        Numbers.ints(1, 1)),
                served(
                        Builtin.PAD,
                        table(),
                        image,
                        new int[] {1, 5, 5, 2},
                        Numbers.of(INT32, new double[] {0, 0, 1, 0, 0, 1, 0, 0}, 4, 2)),
                served(Builtin.GATHER, table().with(0, 1), rows, new int[] {1, 3}, Numbers.ints(5, 0, 2)),
                served(Builtin.L2_NORMALIZATION, table(), rows, rows),
                new Served(
                        Builtin.RNN,
                        table().with(0, (byte) 4),
                        rows,
                        new int[] {1, 3},
                        i -> new Numbers[] {drawn(3, 6), drawn(3, 3), drawn(3)},
                        3),
                new Served(
                        Builtin.UNIDIRECTIONAL_SEQUENCE_RNN,
                        table().with(1, (byte) 4),
                        new int[] {1, 4, 6},
                        new int[] {1, 4, 3},
                        i -> new Numbers[] {drawn(3, 6), drawn(3, 3), drawn(3)},
                        3),
                new Served(
                        Builtin.SVDF,
                        table().with(0, 1),
                        rows,
                        new int[] {1, 3},
                        i -> new Numbers[] {drawn(3, 6), drawn(3, 2), drawn(3)},
                        6));
    }

    @ParameterizedTest
    @MethodSource("operators")
    void threeRowsAreThreeTimesOneRow(Served served) {
        int[] many = served.in.clone();
        many[0] = 3;
        Numbers x = drawn(many);
        OnnxGraph graph = served.graph();

        double[] together = Runner.run(graph, List.of(x.npy())).get(0);

        int size = x.stored.length / 3;
        int answer = together.length / 3;
        assertThat(answer).isEqualTo(Numbers.count(served.out));
        for (int i = 0; i < 3; i++) {
            Numbers one = Numbers.reals(Arrays.copyOfRange(x.stored, i * size, (i + 1) * size), served.in);
            double[] alone = Runner.run(graph, List.of(one.npy())).get(0);
            assertThat(Numbers.reals(alone, served.out)
                            .relative(Arrays.copyOfRange(together, i * answer, (i + 1) * answer)))
                    .as("row %d", i)
                    .isLessThan(1e-5);
        }
    }

    /** The states of a sequence that has its batch behind the time. */
    @Test
    void openBatchesBehindTheTime() {
        TfliteFile file = new TfliteFile();
        int x = file.input(FLOAT32, 4, 1, 6);
        int state = file.tensor(FLOAT32, 1, 3);
        int y = file.output(FLOAT32, 4, 1, 3);
        file.signature(x, 4, -1, 6).signature(y, 4, -1, 3).variable(state);
        int[] from = {x, 0, 0, 0, state};
        Numbers[] weights = {drawn(3, 6), drawn(3, 3), drawn(3)};
        for (int i = 0; i < 3; i++) {
            from[i + 1] = file.constant(FLOAT32, weights[i].bytes(), weights[i].dims);
        }
        file.op(Builtin.UNIDIRECTIONAL_SEQUENCE_RNN, table().with(0, true).with(1, (byte) 4), from, y);
        OnnxGraph graph = TfliteImporter.convert(TfliteReader.read(ByteBuffer.wrap(file.bytes()), "test"))
                .graph();
        Numbers two = drawn(4, 2, 6);

        Numbers together = Numbers.reals(Runner.run(graph, List.of(two.npy())).get(0), 4, 2, 3);

        for (int b = 0; b < 2; b++) {
            int batch = b;
            Numbers one = Numbers.computed(new int[] {4, 1, 6}, at -> two.at(at[0], batch, at[2]));
            double[] alone = Runner.run(graph, List.of(one.npy())).get(0);
            assertThat(Numbers.computed(new int[] {4, 1, 3}, at -> together.at(at[0], batch, at[2]))
                            .apart(alone))
                    .isLessThan(1e-5);
        }
    }

    @Test
    void aBatchOfNothingGivesNothing() {
        Served dense = operators()
                .filter(o -> o.op == Builtin.FULLY_CONNECTED)
                .findFirst()
                .orElseThrow();
        Numbers none = Numbers.of(TensorType.FLOAT32, new double[0], 0, 6);

        assertThat(Runner.run(dense.graph(), List.of(none.npy())).get(0)).isEmpty();
    }
}
