package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.onnx.OnnxNode;
import java.nio.file.Path;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole numbers that follow from known sizes while importing, seen through Eye: it takes its number of rows then, and is
 * refused where that is not known.
 */
class FoldingTest {
    @TempDir
    Path folder;

    private static int shape(IrFile file) {
        return file.op("ShapeOf-3", port("I64", 3), file.input(Grid.pattern(6, 4, 5)));
    }

    private static int slice(IrFile file, String masks, int from, long begin, long end, long step, long... dims) {
        return file.op(
                "StridedSlice-1 " + masks,
                port("I64", dims),
                from,
                file.longs(begin),
                file.longs(end),
                file.longs(step));
    }

    private static int pick(IrFile file, int from, long place) {
        return file.op("Gather-8", port("I64"), from, file.whole(place), file.whole(0));
    }

    private static int pair(IrFile file, String operation, long a, long b) {
        return file.op(operation + "-1", port("I64"), pick(file, file.longs(a), 0), file.whole(b));
    }

    private static Arguments of(String what, ToIntFunction<IrFile> expression, int wanted) {
        return Arguments.of(what, expression, wanted);
    }

    static Stream<Arguments> known() {
        return Stream.of(
                of("a size", f -> pick(f, shape(f), 1), 4),
                of("the last size", f -> pick(f, shape(f), -1), 5),
                of("a slice that shrinks", f -> slice(f, "shrink_axis_mask='1'", shape(f), 2, 9, 1), 5),
                of("a slice that shrinks at the end", f -> slice(f, "shrink_axis_mask='1'", shape(f), -1, 0, 1), 5),
                of("a slice", f -> pick(f, slice(f, "", shape(f), 1, 3, 1, 2), 0), 4),
                of("an open begin", f -> pick(f, slice(f, "begin_mask='1'", shape(f), 2, 3, 1, 3), 0), 6),
                of("an open end", f -> pick(f, slice(f, "end_mask='1'", shape(f), -2, 0, 1, 2), 1), 5),
                of("a product", f -> pair(f, "Multiply", 2, 3), 6),
                of("a sum", f -> pair(f, "Add", 2, 3), 5),
                of("a difference", f -> pair(f, "Subtract", 7, 3), 4),
                of("an exact quotient", f -> pair(f, "Divide", 12, 3), 4),
                of("a conversion", f -> f.op("Convert-1 destination_type='i32'", port("I32"), pick(f, shape(f), 0)), 6),
                of("one more dimension", f -> f.op("Unsqueeze-1", port("I64", 1), pick(f, shape(f), 0), f.longs(0)), 6),
                of("one less", f -> f.op("Squeeze-1", port("I64"), slice(f, "", shape(f), 0, 1, 1, 1), f.longs(0)), 6),
                of("another shape", f -> f.op("Reshape-1", port("I64", 1), pick(f, shape(f), 0), f.longs(1)), 6),
                of(
                        "numbers joined",
                        f -> pick(f, f.op("Concat-1 axis='0'", port("I64", 5), f.longs(3, 2), shape(f)), 3),
                        4),
                of("a small constant", f -> f.constant("u8", Grid.of(3)), 3),
                of(
                        "a negative byte, counted up",
                        f -> f.op("Add-1", port("I8", 1), f.constant("i8", Grid.of(-3)), f.constant("i8", Grid.of(7))),
                        4),
                of("a whole real", f -> f.constant("f32", Grid.of(3)), 3));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("known")
    void isKnownWhileImporting(String what, ToIntFunction<IrFile> expression, int wanted) {
        IrFile file = new IrFile(folder);
        int rows = expression.applyAsInt(file);
        int y = file.op("Eye-9", port("FP32", wanted, 2), rows, file.whole(2), file.whole(0));
        assertThat(file.answer(y)).is(near(Grid.filled(i -> i[0] == i[1] ? 1 : 0, wanted, 2)));
    }

    static Stream<Arguments> unknown() {
        return Stream.of(
                of(
                        "an open size",
                        f -> pick(f, f.op("ShapeOf-3", port("I64", 2), f.open(Grid.pattern(2, 2), -1, 2)), 1),
                        0),
                of("an input", f -> f.input("i64", Grid.of(3)), 0),
                of("a quotient with a rest", f -> pair(f, "Divide", 7, 2), 0),
                of("a quotient of zero", f -> pair(f, "Divide", 7, 0), 0),
                of("a place beyond the end", f -> pick(f, shape(f), 3), 0),
                of("a slice in steps", f -> slice(f, "shrink_axis_mask='0'", shape(f), 0, 3, 2, 2), 0),
                of("a real between whole ones", f -> f.constant("f32", Grid.of(2.5)), 0),
                of("another function", f -> f.op("Abs-1", port("I64", 1), f.longs(3)), 0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unknown")
    void isNotKnown(String what, ToIntFunction<IrFile> expression, int none) {
        IrFile file = new IrFile(folder);
        int rows = expression.applyAsInt(file);
        file.result(file.op("Eye-9", port("FP32", 2, 2), rows, file.whole(2), file.whole(none)));
        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("computes its rows");
    }

    /** As exporters write a flattening: the leading sizes kept, the rest as one. */
    @Test
    void aComputedPatternOfReshapeIsAConstant() {
        Grid x = Grid.pattern(2, 3, 4);
        IrFile file = new IrFile(folder);
        int in = file.input(x);
        int lead = slice(file, "begin_mask='1'", file.op("ShapeOf-3", port("I64", 3), in), 0, 1, 1, 1);
        int pattern = file.op("Concat-1 axis='0'", port("I64", 2), lead, file.longs(-1));
        int y = file.op("Reshape-1 special_zero='true'", port("FP32", 2, 12), in, pattern);
        file.result(y);
        var graph = file.imported();
        OnnxNode reshape = graph.nodes().get(graph.nodes().size() - 1);
        assertThat(reshape.op()).isEqualTo("Reshape");
        assertThat(requireNonNull(graph.constant(reshape.inputs().get(1))).longs())
                .containsExactly(2, -1);
        assertThat(file.answers().get(0)).is(near(x.shaped(2, 12)));
    }
}
