package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.BOOL;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT32;
import static io.edgeai.formats.tflite.file.TensorType.INT8;
import static io.edgeai.formats.tflite.file.TensorType.RESOURCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.formats.golden.Runner;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TfliteReader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Subgraphs as branches, loops and calls. */
class ControlFlowTest {
    private static OnnxGraph graph(TfliteFile file) {
        return TfliteImporter.convert(TfliteReader.read(ByteBuffer.wrap(file.bytes()), "test"))
                .graph();
    }

    private static List<double[]> run(TfliteFile file, Numbers... inputs) {
        return Runner.run(graph(file), Arrays.stream(inputs).map(Numbers::npy).toList());
    }

    /** A subgraph of one operator on two values. */
    private static void pair(TfliteFile file, Builtin op) {
        int a = file.input(FLOAT32, 3);
        int b = file.input(FLOAT32, 3);
        file.op(op, table(), new int[] {a, b}, file.output(FLOAT32, 3)).next();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneOfTwoBranchesRuns(boolean yes) {
        TfliteFile file = new TfliteFile();
        int condition = file.input(BOOL);
        int a = file.input(FLOAT32, 3);
        int b = file.input(FLOAT32, 3);
        file.op(Builtin.IF, table().with(0, 1).with(1, 2), new int[] {condition, a, b}, file.output(FLOAT32, 3))
                .next();
        pair(file, Builtin.MUL);
        pair(file, Builtin.SUB);

        double[] found = run(
                        file,
                        Numbers.scalar(BOOL, yes ? 1 : 0),
                        Numbers.reals(new double[] {1, 2, 3}, 3),
                        Numbers.reals(new double[] {5, 7, 9}, 3))
                .get(0);

        assertThat(found).containsExactly(yes ? new double[] {5, 14, 27} : new double[] {-4, -5, -6});
    }

    /** Collatz: a branch within a loop, with a count of steps. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 27, 97})
    void aBranchWithinALoop(int start) {
        TfliteFile file = new TfliteFile();
        int n = file.input(INT32);
        file.op(
                        Builtin.WHILE,
                        table().with(0, 1).with(1, 2),
                        new int[] {n, file.scalar(0)},
                        file.output(INT32),
                        file.output(INT32))
                .next();
        int current = file.input(INT32);
        file.input(INT32);
        file.op(Builtin.NOT_EQUAL, table(), new int[] {current, file.scalar(1)}, file.output(BOOL))
                .next();
        int before = file.input(INT32);
        int count = file.input(INT32);
        int rest = file.tensor(INT32);
        int even = file.tensor(BOOL);
        file.op(Builtin.FLOOR_MOD, table(), new int[] {before, file.scalar(2)}, rest);
        file.op(Builtin.EQUAL, table(), new int[] {rest, file.scalar(0)}, even);
        file.op(Builtin.IF, table().with(0, 3).with(1, 4), new int[] {even, before}, file.output(INT32));
        file.op(Builtin.ADD, table(), new int[] {count, file.scalar(1)}, file.output(INT32))
                .next();
        int half = file.input(INT32);
        file.op(Builtin.FLOOR_DIV, table(), new int[] {half, file.scalar(2)}, file.output(INT32))
                .next();
        int odd = file.input(INT32);
        int triple = file.tensor(INT32);
        file.op(Builtin.MUL, table(), new int[] {odd, file.scalar(3)}, triple);
        file.op(Builtin.ADD, table(), new int[] {triple, file.scalar(1)}, file.output(INT32));
        int steps = 0;
        for (long value = start; value != 1; steps++) {
            value = value % 2 == 0 ? value / 2 : 3 * value + 1;
        }

        List<double[]> found = run(file, Numbers.scalar(INT32, start));

        assertThat(found.get(0)).containsExactly(1);
        assertThat(found.get(1)).containsExactly(steps);
    }

    /** Integers with a scale stay integers in the loop and mean the same after each turn. */
    @Test
    void quantizedStatesTurnInALoop() {
        TfliteFile file = new TfliteFile();
        int turns = file.input(INT32);
        int x = file.input(INT8, 4);
        int last = file.output(INT32);
        int y = file.output(INT8, 4);
        file.quantize(x, .5f, 2).quantize(y, .5f, 2);
        file.op(Builtin.WHILE, table().with(0, 1).with(1, 2), new int[] {turns, x}, last, y)
                .next();
        int left = file.input(INT32);
        int unused = file.input(INT8, 4);
        file.quantize(unused, .5f, 2);
        file.op(Builtin.GREATER, table(), new int[] {left, file.scalar(0)}, file.output(BOOL))
                .next();
        int before = file.input(INT32);
        int value = file.input(INT8, 4);
        int step = file.bytes(INT8, new int[] {3}, 1);
        int after = file.output(INT32);
        int sum = file.output(INT8, 4);
        file.quantize(value, .5f, 2).quantize(step, .5f, 2).quantize(sum, .5f, 2);
        file.op(Builtin.SUB, table(), new int[] {before, file.scalar(1)}, after);
        file.op(Builtin.ADD, table(), new int[] {value, step}, sum);

        List<double[]> found = run(file, Numbers.scalar(INT32, 5), Numbers.of(INT8, new double[] {-20, 0, 2, 126}, 4));

        // Each turn adds .5, one step of the scale; the last value reaches the end of its range.
        assertThat(found.get(1)).containsExactly(-15, 5, 7, 127);
    }

    @Test
    void calledSubgraphsAreWrittenInPlace() {
        TfliteFile file = new TfliteFile();
        int a = file.input(FLOAT32, 3);
        int b = file.input(FLOAT32, 3);
        int product = file.tensor(FLOAT32, 3);
        file.op(Builtin.CALL, table().with(0, 1), new int[] {a, b}, product);
        file.op(Builtin.CALL, table().with(0, 1), new int[] {product, b}, file.output(FLOAT32, 3))
                .next();
        pair(file, Builtin.MUL);

        double[] found = run(file, Numbers.reals(new double[] {1, 2, 3}, 3), Numbers.reals(new double[] {5, 7, 9}, 3))
                .get(0);

        assertThat(found).containsExactly(25, 98, 243);
        assertThat(graph(file).nodes()).hasSize(2);
    }

    @Test
    void subgraphsThatCallThemselvesEnd() {
        TfliteFile file = new TfliteFile();
        int x = file.input(FLOAT32, 3);
        file.op(Builtin.CALL, table().with(0, 1), new int[] {x, x}, file.output(FLOAT32, 3))
                .next();
        int a = file.input(FLOAT32, 3);
        int b = file.input(FLOAT32, 3);
        file.op(Builtin.CALL, table().with(0, 1), new int[] {a, b}, file.output(FLOAT32, 3));

        assertThatThrownBy(() -> graph(file))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("nests subgraphs deeper than (8)");
    }

    /** Sixteen calls in each of seven subgraphs would be written 16^7 times. */
    @Test
    void callsThatUnfoldExponentiallyEnd() {
        TfliteFile file = new TfliteFile();
        for (int level = 1; level < 8; level++) {
            int value = file.input(FLOAT32, 3);
            for (int i = 0; i < 16; i++) {
                int next = file.tensor(FLOAT32, 3);
                file.op(Builtin.CALL, table().with(0, level), new int[] {value}, next);
                value = next;
            }
            file.leaves(value).next();
        }
        file.leaves(file.input(FLOAT32, 3));

        assertThatThrownBy(() -> graph(file))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("unfolds into more than (500000) operators")
                .hasMessageContaining("Maybe");
    }

    @Test
    void subgraphsThatAreNotThereOrDoNotFitAreRefused() {
        TfliteFile missing = new TfliteFile();
        int x = missing.input(FLOAT32, 3);
        missing.op(Builtin.CALL, table().with(0, 7), new int[] {x}, missing.output(FLOAT32, 3));
        TfliteFile narrow = new TfliteFile();
        int y = narrow.input(FLOAT32, 3);
        narrow.op(Builtin.CALL, table().with(0, 1), new int[] {y}, narrow.output(FLOAT32, 3))
                .next();
        pair(narrow, Builtin.ADD);

        assertThatThrownBy(() -> graph(missing))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("CALL names subgraph (7) of 1");
        assertThatThrownBy(() -> graph(narrow))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("CALL gives 1 values to a subgraph of 2");
    }

    /** What fails inside a branch is said to be there. */
    @Test
    void refusalsNameTheSubgraph() {
        TfliteFile file = new TfliteFile();
        int condition = file.input(BOOL);
        int a = file.input(FLOAT32, 3);
        int b = file.input(FLOAT32, 3);
        file.op(Builtin.IF, table().with(0, 1).with(1, 2), new int[] {condition, a, b}, file.output(FLOAT32, 3))
                .next();
        pair(file, Builtin.ADD);
        pair(file, Builtin.RFFT2D);

        assertThatThrownBy(() -> graph(file))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(RFFT2D has no mapping) x 1 at subgraph 2 operator 0");
    }

    /** Variables live from call to call, which a graph of ONNX cannot; each operator that needs it is named. */
    @Test
    void variablesOutsideTheGraphAreRefusedByName() {
        TfliteFile file = new TfliteFile();
        int x = file.input(FLOAT32, 3);
        int handle = file.tensor(RESOURCE, 1);
        file.op(Builtin.CALL_ONCE, table().with(0, 1), new int[] {});
        file.op(Builtin.VAR_HANDLE, table().with(1, "counter"), new int[] {}, handle);
        file.op(Builtin.ASSIGN_VARIABLE, table(), new int[] {handle, x});
        file.op(Builtin.READ_VARIABLE, table(), new int[] {handle}, file.output(FLOAT32, 3));

        assertThatThrownBy(() -> graph(file))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("CALL_ONCE names subgraph (1) of 1")
                .hasMessageContaining("ASSIGN_VARIABLE keeps variable (counter) for the next call")
                .hasMessageContaining("READ_VARIABLE reads variable (counter), to which nothing gives a first value")
                .hasMessageContaining("Maybe run it with a TFLite interpreter");
    }
}
