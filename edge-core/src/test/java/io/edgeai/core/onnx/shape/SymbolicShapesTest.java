package io.edgeai.core.onnx.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Named dimensions: equal names are equal sizes, products and sums keep their formula, and no more is claimed. */
class SymbolicShapesTest {
    private final OnnxGraph graph = OnnxGraph.create("symbols", 17);
    private int names;

    private String input(Object... dims) {
        List<Dim> shape = new ArrayList<>();
        for (Object dim : dims) {
            shape.add(dim instanceof String name ? Dim.symbolic(name) : Dim.of(((Number) dim).longValue()));
        }
        String name = "in" + names++;
        graph.inputs().add(new OnnxValue(name, new OnnxType.OfTensor(ElementType.FLOAT, shape)));
        return name;
    }

    private String longs(long... values) {
        String name = "c" + names++;
        graph.initializers().put(name, OnnxTensor.ofLongs(values, values.length));
        return name;
    }

    private OnnxNode node(String op, String... inputs) {
        return graph.add(op, op + names, List.of(inputs), List.of("v" + names++));
    }

    private String shape(OnnxNode node) {
        Shapes shapes = ShapeInference.infer(graph);
        assertThat(shapes.problems()).isEmpty();
        return shapes.dims(node.output(0)).map(List::toString).orElse("none");
    }

    @Test
    void equalNamesAreEqualSizes() {
        assertThat(shape(node("Add", input("N", 3), input("N", 3)))).isEqualTo("[N, 3]");
        assertThat(shape(node("Add", input("N", 1), input(1, "M")))).isEqualTo("[N, M]");
        assertThat(shape(node("Add", input("N", 3), input("M", 3))))
                .as("either may be 1")
                .isEqualTo("[?, 3]");
        assertThat(shape(node("Add", input("N"), input(7)))).as("N is 7 or 1").isEqualTo("[7]");
        assertThat(shape(node("Add", input("N"), input(1)))).isEqualTo("[N]");
    }

    @Test
    void namelessDimensionsAreNeverEqual() {
        assertThat(shape(node("Add", input(-1, 3), input(-1, 3)))).isEqualTo("[?, 3]");
        assertThat(shape(node("Concat", input(-1, 2), input(-1, 2)).attribute("axis", 1)))
                .isEqualTo("[?, 4]");
    }

    @Test
    void productsAreFormulas() {
        assertThat(shape(node("Flatten", input("N", "C", 4)).attribute("axis", 2)))
                .isEqualTo("[C*N, 4]");
        assertThat(shape(node("Flatten", input("N", "C", 4)))).isEqualTo("[N, 4*C]");
        assertThat(shape(node("Reshape", input("N", "N", 6), longs(-1, 2)))).isEqualTo("[3*N*N, 2]");
        assertThat(shape(node("Tile", input("N", 3), longs(4, 2)))).isEqualTo("[4*N, 6]");
        assertThat(shape(node("Reshape", input("N", 5), longs(-1, 3))))
                .as("5·N/3 is whole or the reshape fails")
                .isEqualTo("[floor((5*N)/3), 3]");
    }

    @Test
    void sumsAreFormulas() {
        assertThat(shape(node("Concat", input("N"), input("M"), input(2)).attribute("axis", 0)))
                .isEqualTo("[M+N+2]");
        assertThat(shape(node("Pad", input("N", 4), longs(1, 0, 2, 0)))).isEqualTo("[N+3, 4]");
        assertThat(shape(node("Slice", input("N", 4), longs(1), longs(Long.MAX_VALUE), longs(0))))
                .isEqualTo("[N-1, 4]");
        assertThat(shape(node("Slice", input("N", 4), longs(0), longs(-2), longs(0))))
                .isEqualTo("[N-2, 4]");
        assertThat(shape(node("Slice", input("N", 4), longs(0), longs(5), longs(0))))
                .as("5, or fewer where N is smaller")
                .isEqualTo("[?, 4]");
    }

    @Test
    void halvesRejoin() {
        String x = input("N", 8);
        OnnxNode split =
                graph.add("Split", "s", List.of(x), List.of("left", "right")).attribute("axis", 1);
        assertThat(shape(split)).isEqualTo("[N, 4]");
        OnnxNode join = node("Concat", "left", "right").attribute("axis", 0);
        assertThat(shape(join)).isEqualTo("[2*N, 4]");
        OnnxNode again = node("Split", join.output(0));
        again.outputs().add("other");
        assertThat(shape(again)).as("2·N in two").isEqualTo("[N, 4]");
    }

    @Test
    void attentionHeadsSplitAndJoin() {
        String x = input("batch", "seq", 768);
        OnnxNode split = node("Reshape", x, longs(0, 0, 12, 64));
        OnnxNode heads = node("Transpose", split.output(0)).attribute("perm", new long[] {0, 2, 1, 3});
        OnnxNode keys = node("Transpose", split.output(0)).attribute("perm", new long[] {0, 2, 3, 1});
        OnnxNode scores = node("MatMul", heads.output(0), keys.output(0));
        OnnxNode mask = node("Add", scores.output(0), input("batch", 1, 1, "seq"));
        OnnxNode mixed = node("MatMul", mask.output(0), heads.output(0));
        OnnxNode back = node("Transpose", mixed.output(0)).attribute("perm", new long[] {0, 2, 1, 3});
        OnnxNode joined = node("Reshape", back.output(0), longs(0, 0, 768));

        assertThat(shape(mask)).isEqualTo("[batch, 12, seq, seq]");
        assertThat(shape(joined)).isEqualTo("[batch, seq, 768]");
    }

    @Test
    void keyValueCachesGrow() {
        OnnxNode keys = node("Concat", input("batch", 4, "past", 16), input("batch", 4, "seq", 16))
                .attribute("axis", 2);
        assertThat(shape(keys)).isEqualTo("[batch, 4, past+seq, 16]");
        OnnxNode turned = node("Transpose", keys.output(0)).attribute("perm", new long[] {0, 1, 3, 2});
        assertThat(shape(node("MatMul", input("batch", 4, "seq", 16), turned.output(0))))
                .isEqualTo("[batch, 4, seq, past+seq]");
    }

    /** The computed target [Shape(x)[0]*Shape(x)[1], -1] of a symbolic tensor. */
    @Test
    void computedTargetsKeepSymbols() {
        String x = input("N", "T", 80);
        String whole = node("Shape", x).output(0);
        String n = node("Gather", whole, longs(0)).output(0);
        String t = node("Gather", whole, longs(1)).output(0);
        String product = node("Mul", n, t).output(0);
        OnnxNode rows = node(
                "Reshape",
                x,
                node("Concat", product, longs(-1)).attribute("axis", 0).output(0));
        assertThat(shape(rows)).isEqualTo("[N*T, 80]");
        OnnxNode back = node("Reshape", rows.output(0), whole);
        assertThat(shape(back)).isEqualTo("[N, T, 80]");
        OnnxNode minus = node("Sub", t, longs(1));
        OnnxNode fill = node("ConstantOfShape", minus.output(0));
        assertThat(shape(fill)).isEqualTo("[T-1]");
    }

    @Test
    void rangesOverSymbols() {
        String x = input("N", 4);
        String n = node(
                        "Squeeze",
                        node("Gather", node("Shape", x).output(0), longs(0)).output(0),
                        longs(0))
                .output(0);
        graph.initializers().put("zero", OnnxTensor.scalar(0L));
        graph.initializers().put("one", OnnxTensor.scalar(1L));
        graph.initializers().put("two", OnnxTensor.scalar(2L));

        assertThat(shape(node("Range", "zero", n, "one"))).isEqualTo("[N]");
        assertThat(shape(node("Range", "two", n, "one"))).isEqualTo("[N-2]");
        assertThat(shape(node("Range", "zero", n, "two"))).isEqualTo("[?]");
    }

    @Test
    void convolutionsOverSymbols() {
        graph.initializers().put("w", OnnxTensor.ofFloats(new float[8 * 3 * 9], 8, 3, 3, 3));
        String x = input("N", 3, "H", "W");
        assertThat(shape(node("Conv", x, "w"))).isEqualTo("[N, 8, H-2, W-2]");
        assertThat(shape(node("Conv", x, "w").attribute("pads", new long[] {1, 1, 1, 1})))
                .isEqualTo("[N, 8, H, W]");
        assertThat(shape(
                        node("Conv", x, "w").attribute("auto_pad", "SAME_UPPER").attribute("strides", new long[] {2, 1
                        })))
                .isEqualTo("[N, 8, floor((H+1)/2), W]");
        graph.initializers().put("up", OnnxTensor.ofFloats(new float[3 * 2 * 4], 3, 2, 2, 2));
        assertThat(shape(node("ConvTranspose", x, "up").attribute("strides", new long[] {2, 2})))
                .isEqualTo("[N, 2, 2*H, 2*W]");
        assertThat(shape(node("MaxPool", x)
                        .attribute("kernel_shape", new long[] {2, 2})
                        .attribute("strides", new long[] {2, 2})))
                .isEqualTo("[N, 3, floor((H-2)/2)+1, floor((W-2)/2)+1]");
        assertThat(shape(node("MaxPool", x)
                        .attribute("kernel_shape", new long[] {2, 2})
                        .attribute("strides", new long[] {2, 2})
                        .attribute("ceil_mode", 1)))
                .as("whether the last window starts in the padding depends on H")
                .isEqualTo("[N, 3, ?, ?]");
        assertThat(shape(node("GlobalAveragePool", x))).isEqualTo("[N, 3, 1, 1]");
    }

    @Test
    void blocksAndScalesOverSymbols() {
        graph.initializers().put("twice", OnnxTensor.ofFloats(new float[] {1, 1, 2, 2}, 4));
        graph.initializers().put("more", OnnxTensor.ofFloats(new float[] {1, 1, 1.5f, 2}, 4));
        String x = input("N", "C", "H", "W");
        assertThat(shape(node("Resize", x, "", "twice"))).isEqualTo("[N, C, 2*H, 2*W]");
        assertThat(shape(node("Resize", x, "", "more"))).isEqualTo("[N, C, ?, 2*W]");
        assertThat(shape(node("DepthToSpace", input("N", 12, "H", "W")).attribute("blocksize", 2)))
                .isEqualTo("[N, 3, 2*H, 2*W]");
    }

    @Test
    void branchesMeetInEqualSymbols() {
        String x = input("N", "M");
        OnnxGraph then = new OnnxGraph("then", graph.info());
        then.add("Relu", "r", List.of(x), List.of("a"));
        then.outputs().add(new OnnxValue("a", null));
        OnnxGraph otherwise = new OnnxGraph("else", graph.info());
        otherwise.initializers().put("four", OnnxTensor.ofLongs(new long[] {0, 4}, 2));
        otherwise.add("Reshape", "s", List.of(x, "four"), List.of("b"));
        otherwise.outputs().add(new OnnxValue("b", null));
        graph.inputs().add(OnnxValue.tensor("flag", ElementType.BOOL));
        OnnxNode choice = node("If", "flag")
                .attribute("then_branch", new OnnxAttribute.OfGraph(then))
                .attribute("else_branch", new OnnxAttribute.OfGraph(otherwise));

        assertThat(shape(choice)).isEqualTo("[N, ?]");
    }

    @Test
    void statedDimensionsFillGapsButNeverReplaceNumbers() {
        String x = input(-1, 3);
        OnnxNode relu = node("Relu", x);
        graph.valueInfo()
                .put(
                        relu.output(0),
                        new OnnxValue(
                                relu.output(0),
                                new OnnxType.OfTensor(
                                        ElementType.FLOAT, List.of(Dim.symbolic("rows"), Dim.symbolic("columns")))));
        assertThat(shape(relu)).isEqualTo("[rows, 3]");
        OnnxNode named = node("Relu", input("N", 3));
        graph.valueInfo().put(named.output(0), OnnxValue.tensor(named.output(0), ElementType.FLOAT, 5, 3));
        assertThat(shape(named)).as("a number says more than a name").isEqualTo("[5, 3]");
    }

    @Test
    void boundInputsAreCheckedByName() {
        input("N", 3);
        assertThatThrownBy(() -> InputShapes.declared().others(-1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(-1)");
        assertThatThrownBy(
                        () -> ShapeInference.infer(graph, InputShapes.declared().value("none", 1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(none)")
                .hasMessageContaining("in0");
        InputShapes given = InputShapes.declared().input("in0", -1, 3).others(9);
        assertThat(ShapeInference.infer(graph, given).dims("in0").orElseThrow()).hasToString("[9, 3]");
    }

    /**
     * A symbol is only a size not yet given: inferring with symbols and then putting numbers in gives what inferring
     * with numbers gives, wherever the formula is known.
     */
    @Test
    void formulasEvaluateToWhatNumbersGiveProperty() {
        int formulas = 0;
        for (long seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            long n = 2L * random.nextInt(2, 6);
            long m = 2L * random.nextInt(2, 6);
            OnnxGraph chain = chain(random);
            Shapes symbolic = ShapeInference.infer(chain);
            Shapes numeric = ShapeInference.infer(
                    chain, InputShapes.declared().symbol("N", n).symbol("M", m));
            assertThat(numeric.problems()).as("seed %d", seed).isEmpty();
            for (OnnxNode node : chain.nodes()) {
                List<Dim> formula = symbolic.dims(node.output(0)).orElseThrow();
                List<Dim> number = numeric.dims(node.output(0)).orElseThrow();
                assertThat(formula).as("seed %d, %s", seed, node).hasSameSizeAs(number);
                for (int i = 0; i < formula.size(); i++) {
                    String text = formula.get(i).toString();
                    if (!text.equals("?")) {
                        formulas += text.matches(".*[A-Z].*") ? 1 : 0;
                        assertThat(evaluate(text, Map.of("N", n, "M", m)))
                                .as("seed %d, %s: %s at N=%d, M=%d", seed, node, text, n, m)
                                .isEqualTo(number.get(i).size());
                    }
                }
            }
        }
        assertThat(formulas).isGreaterThan(1000);
    }

    /** A random chain of operators on a tensor [N, M, 4] that every step leaves at rank 3. */
    private static OnnxGraph chain(SplittableRandom random) {
        OnnxGraph graph = OnnxGraph.create("chain", 17);
        graph.inputs()
                .add(new OnnxValue(
                        "x0",
                        new OnnxType.OfTensor(
                                ElementType.FLOAT, List.of(Dim.symbolic("N"), Dim.symbolic("M"), Dim.of(4)))));
        for (int i = 0; i < 6; i++) {
            String x = "x" + i;
            List<String> out = List.of("x" + (i + 1));
            int axis = random.nextInt(3);
            switch (random.nextInt(7)) {
                case 0 -> graph.add("Concat", "cat", List.of(x, x), out).attribute("axis", axis);
                case 1 ->
                    graph.add("Transpose", "turn", List.of(x), out)
                            .attribute("perm", new long[][] {{0, 2, 1}, {1, 0, 2}, {2, 1, 0}}[axis]);
                case 2 -> {
                    long[] pads = new long[6];
                    pads[axis] = 2;
                    graph.initializers().put("p" + i, OnnxTensor.ofLongs(pads, 6));
                    graph.add("Pad", "pad", List.of(x, "p" + i), out);
                }
                case 3 -> {
                    graph.initializers().put("r" + i, OnnxTensor.ofLongs(new long[] {1, 2, 3}, 3));
                    graph.add("Tile", "tile", List.of(x, "r" + i), out);
                }
                case 4 -> {
                    graph.initializers().put("s" + i, OnnxTensor.ofLongs(new long[] {0, -1, 2}, 3));
                    graph.add("Reshape", "fold", List.of(x, "s" + i), out);
                }
                case 5 -> {
                    graph.initializers().put("a" + i, OnnxTensor.ofLongs(new long[] {1}, 1));
                    graph.initializers().put("b" + i, OnnxTensor.ofLongs(new long[] {Long.MAX_VALUE}, 1));
                    graph.initializers().put("c" + i, OnnxTensor.ofLongs(new long[] {axis}, 1));
                    graph.add("Slice", "cut", List.of(x, "a" + i, "b" + i, "c" + i), out);
                }
                default -> graph.add("Relu", "relu", List.of(x), out);
            }
        }
        // An odd size cannot be folded by two: such chains end before the fold.
        Shapes sizes = ShapeInference.infer(
                graph, InputShapes.declared().symbol("N", 4).symbol("M", 6));
        boolean sound = sizes.problems().isEmpty()
                && ShapeInference.infer(
                                graph, InputShapes.declared().symbol("N", 6).symbol("M", 4))
                        .problems()
                        .isEmpty();
        return sound ? graph : chain(random);
    }

    /** Evaluates sums of products with floor((..)/n), the whole grammar of a dimension's name. */
    private static long evaluate(String text, Map<String, Long> values) {
        Map<String, Long> known = new HashMap<>(values);
        String rest = text;
        for (int i = 0; rest.contains("floor("); i++) {
            int from = rest.lastIndexOf("floor(");
            int close = rest.indexOf(")/", from);
            int end = rest.indexOf(')', close + 2);
            long top = evaluate(rest.substring(from + 7, close), known);
            long value = Math.floorDiv(top, Long.parseLong(rest.substring(close + 2, end)));
            String name = "f" + i;
            known.put(name, value);
            rest = rest.substring(0, from) + name + rest.substring(end + 1);
        }
        long sum = 0;
        for (String part : rest.replace("-", "+-").split("\\+")) {
            if (!part.isEmpty()) {
                long product = part.startsWith("-") ? -1 : 1;
                for (String factor : part.replace("-", "").split("\\*")) {
                    Long value = known.get(factor);
                    product *= value != null ? value : Long.parseLong(factor);
                }
                sum += product;
            }
        }
        return sum;
    }

    /** A size without a name is none that another has, and is the same wherever it is passed on. */
    @Test
    void sizesWithoutANameGetOneOfTheirOwn() {
        OnnxType.OfTensor open = new OnnxType.OfTensor(
                ElementType.FLOAT, List.of(Dim.UNKNOWN, Dim.of(8), Dim.symbolic("open2"), Dim.UNKNOWN));
        graph.inputs().add(new OnnxValue("x", open));
        graph.inputs().add(new OnnxValue("z", null));
        graph.add("Reshape", "", List.of("x", longs(0, -1, 4, 0)), List.of("y"));
        List<Dim> dims = InputShapes.named(graph).inputs().get("x");
        assertThat(dims).doesNotHaveDuplicates().doesNotContain(Dim.UNKNOWN).contains(Dim.of(8), Dim.symbolic("open2"));
        Shapes shapes = ShapeInference.infer(graph, InputShapes.named(graph));
        assertThat(shapes.dims("y").orElseThrow().get(0)).isEqualTo(dims.get(0));
        assertThat(shapes.dims("y").orElseThrow().get(3))
                .isEqualTo(shapes.dims("x").orElseThrow().get(3));
        assertThat(graph.inputs().get(0).type()).as("the graph itself").isEqualTo(open);
    }
}
