package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphs within layers: iterations, loops and branches. */
class ControlTest {
    private static final String ROW = port("FP32", 1, 1, 2);

    @TempDir
    Path folder;

    private final Grid x = new Grid(new double[] {1, 2, 3, 4, 5, 6}, 1, 3, 2);

    private static String input(int port, int layer, String more) {
        return "<input external_port_id='" + port + "' internal_layer_id='" + layer + "' " + more + "/>";
    }

    private static String output(int port, int layer, String more) {
        return "<output external_port_id='" + port + "' internal_layer_id='" + layer + "' " + more + "/>";
    }

    private static String sliced(String axis, String stride) {
        String ends = stride.equals("1") ? " start='0' end='-1'" : " start='-1' end='0'";
        return "axis='" + axis + "' part_size='1' stride='" + stride + "'" + ends;
    }

    /** A body that adds its slice to a state and hands on the sum; layers 0 slice, 1 state, 2 sum, 3 result. */
    private static IrFile sums(IrFile file) {
        IrFile body = file.body();
        int slice = body.parameter("element_type='f32'", ROW);
        int state = body.parameter("element_type='f32'", ROW);
        body.result(body.op("Add-1", ROW, slice, state));
        return body;
    }

    private static String net(IrFile body, String name, String map) {
        return "<" + name.replace("body", "port_map") + ">" + map + "</" + name.replace("body", "port_map") + "><"
                + name + ">" + body.graph() + "</" + name + ">";
    }

    private static final String ROUND = "<back_edges><edge from-layer='3' to-layer='1'/></back_edges>";

    /** Running sums: a state goes round, slices come in and go out, and the last state is a second output. */
    @ParameterizedTest
    @CsvSource({"1, '11,22,14,26,19,32', '19,32'", "-1, '15,26,18,30,19,32', '19,32'"})
    void anIteratorRunsItsBodyOverSlices(String stride, String running, String last) {
        IrFile file = new IrFile(folder);
        int start = file.floats(new Grid(new double[] {10, 20}, 1, 1, 2));
        int y = file.op("TensorIterator-1", new String[] {port("FP32", 1, 3, 2), ROW}, file.input(x), start);
        String map = input(0, 0, sliced("1", stride))
                + input(1, 1, "")
                + output(100, 3, sliced("1", "1"))
                + output(101, 3, "");
        file.inside(net(sums(file), "body", map) + ROUND);
        List<Grid> found = file.answers(y, 2);
        assertThat(found.get(0)).is(near(numbers(running).shaped(1, 3, 2)));
        assertThat(found.get(1)).is(near(numbers(last).shaped(1, 1, 2)));
    }

    private static Grid numbers(String list) {
        return Grid.of(java.util.Arrays.stream(list.split(","))
                .mapToDouble(Double::parseDouble)
                .toArray());
    }

    @Test
    void slicesAlongTheLeadingAxisAndValuesThatStayTheSame() {
        IrFile file = new IrFile(folder);
        int y = file.op(
                "TensorIterator-1",
                port("FP32", 3, 1, 2),
                file.input(x.shaped(3, 1, 2)),
                file.input(new Grid(new double[] {10, 20}, 1, 1, 2)));
        String map = input(0, 0, sliced("0", "1")) + input(1, 1, "") + output(100, 3, sliced("0", "1"));
        file.inside(net(sums(file), "body", map));
        assertThat(file.answer(y)).is(near(Grid.of(11, 22, 13, 24, 15, 26).shaped(3, 1, 2)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "axis='1' part_size='2' stride='2' start='0' end='-1' | axis='1' stride='1' | parts that are not one"
                        + " after the other",
                "axis='1' part_size='1' stride='1' start='1' end='-1' | axis='1' stride='1' | parts that are not one"
                        + " after the other",
                "axis='1' part_size='1' stride='1' | axis='1' stride='-1' | puts its slices together from the end"
            },
            quoteCharacter = '"')
    void otherSlicesAreRefused(String in, String out, String reason) {
        IrFile file = new IrFile(folder);
        int y = file.op("TensorIterator-1", port("FP32", 1, 3, 2), file.input(x), file.floats(x));
        file.inside(net(sums(file), "body", input(0, 0, in) + input(1, 1, "") + output(100, 3, out)) + ROUND);
        file.result(y);
        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("TensorIterator")
                .hasMessageContaining(reason);
    }

    /** Doubles a number while it is below 100; the turn is added on the way. Layers 0 turn, 1 state. */
    private static IrFile doubling(IrFile file) {
        IrFile body = file.body();
        int turn = body.parameter("element_type='i64'", port("I64", 1));
        int state = body.parameter("element_type='f32'", port("FP32", 1));
        int twice = body.op("Multiply-1", port("FP32", 1), state, body.floats(Grid.of(2)));
        int counted = body.op("Convert-1 destination_type='f32'", port("FP32", 1), turn);
        int next = body.op("Add-1", port("FP32", 1), twice, counted);
        body.result(next);
        int small = body.op("Less-1", port("BOOL", 1), next, body.floats(Grid.of(100)));
        body.result(small);
        return body;
    }

    private Grid loop(long trips, boolean start, String stated) {
        IrFile file = new IrFile(folder);
        int go = file.constant("boolean", new Grid(new double[] {start ? 1 : 0}));
        int y = file.op("Loop-5", port("FP32", 1), file.whole(trips), go, file.input(Grid.of(3)));
        String map = stated
                + input(-1, 0, "purpose='current_iteration'")
                + input(2, 1, "")
                + output(-1, 9, "purpose='execution_condition'")
                + output(100, 6, "");
        file.inside(net(doubling(file), "body", map) + "<back_edges><edge from-layer='6' to-layer='1'/></back_edges>");
        return file.answer(y);
    }

    private static double doubled(long trips) {
        double state = 3;
        for (int turn = 0; (trips < 0 || turn < trips) && (turn == 0 || state < 100); turn++) {
            state = state * 2 + turn;
        }
        return state;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 3, 50, -1})
    void aLoopEndsByItsCountOrItsCondition(long trips) {
        String purposes = input(0, -1, "purpose='trip_count'") + input(1, -1, "purpose='execution_condition'");
        assertThat(loop(trips, true, "")).is(near(Grid.of(doubled(trips))));
        assertThat(loop(trips, true, purposes)).as("purposes stated").is(near(Grid.of(doubled(trips))));
    }

    @Test
    void aLoopThatMayNotStartLeavesItsState() {
        assertThat(loop(9, false, "")).is(near(Grid.of(3)));
    }

    /** The branches differ in their operation; each names its own parameters. */
    private int branches(IrFile file, int condition, int left, int right) {
        IrFile add = file.body();
        int a = add.parameter("element_type='f32'", port("FP32", 2));
        int b = add.parameter("element_type='f32'", port("FP32", 2));
        int sum = add.op("Add-1", port("FP32", 2), a, b);
        int added = add.result(sum);
        IrFile scale = file.body();
        int c = scale.parameter("element_type='f32'", port("FP32", 2));
        int scaled = scale.result(scale.op("Multiply-1", port("FP32", 2), c, scale.floats(Grid.of(100, 1000))));
        int y = file.op("If-8", port("FP32", 2), condition, left, right);
        String then = input(1, a, "") + input(2, b, "") + output(100, added, "");
        String otherwise = input(1, c, "") + output(100, scaled, "");
        file.inside(net(add, "then_body", then) + net(scale, "else_body", otherwise));
        return y;
    }

    @ParameterizedTest
    @CsvSource({"1, '11,22'", "0, '100,2000'"})
    void aBranchIsTakenByItsCondition(double condition, String wanted) {
        for (int[] dims : new int[][] {{}, {1}}) {
            IrFile file = new IrFile(folder);
            int truth = file.input("boolean", new Grid(new double[] {condition}, dims));
            int y = branches(file, truth, file.input(Grid.of(1, 2)), file.floats(Grid.of(10, 20)));
            assertThat(file.answer(y)).as("condition of rank " + dims.length).is(near(numbers(wanted)));
        }
    }

    @Test
    void whatFollowsABranchReadsItsOutput() {
        IrFile file = new IrFile(folder);
        int truth = file.input("boolean", Grid.of(1));
        int y = branches(file, truth, file.input(Grid.of(1, 2)), file.floats(Grid.of(10, 20)));
        int again = branches(file, truth, y, y);
        assertThat(file.answer(again)).is(near(Grid.of(22, 44)));
    }

    @Test
    void damagedBodiesAreNamed() {
        IrFile bare = new IrFile(folder);
        bare.result(bare.op("TensorIterator-1", ROW, bare.input(x)));
        assertThatThrownBy(bare::imported).hasMessageContaining("(TensorIterator lacks its body) x 1 at l1");

        IrFile strange = new IrFile(folder);
        int y = strange.op("TensorIterator-1", ROW, strange.input(x));
        strange.inside(net(sums(strange), "body", input(7, 0, "")));
        strange.result(y);
        assertThatThrownBy(strange::imported).hasMessageContaining("names a port (7) it does not have");

        IrFile lost = new IrFile(folder);
        int z = lost.op("TensorIterator-1", ROW, lost.input(x));
        lost.inside(net(sums(lost), "body", input(0, 44, "")));
        lost.result(z);
        assertThatThrownBy(lost::imported).hasMessageContaining("names a layer (44) its body does not have");

        IrFile half = new IrFile(folder);
        int truth = half.input("boolean", Grid.of(1));
        int w = half.op("If-8", ROW, truth);
        half.inside(net(half.body(), "then_body", "") + net(half.body(), "else_body", ""));
        half.result(w);
        assertThatThrownBy(half::imported).hasMessageContaining("leaves an output without a value");
    }

    @Test
    void anUnknownOperationWithinABodyIsNamedLikeAnyOther() {
        IrFile file = new IrFile(folder);
        IrFile body = file.body();
        int a = body.parameter("element_type='f32'", ROW);
        body.result(body.op("Nonsense-3", ROW, a));
        int y = file.op("TensorIterator-1", port("FP32", 1, 3, 2), file.input(x));
        file.inside(net(body, "body", input(0, 0, sliced("1", "1")) + output(100, 2, sliced("1", "1"))));
        file.result(y);
        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(Nonsense of opset3 has no mapping) x 1 at l1");
    }
}
