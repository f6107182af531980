package io.edgeai.core.onnx.shape;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Graphs in graphs: branches meet, loops widen, scans stack; ONNX Runtime agrees. */
class ControlShapesTest {
    private static OnnxGraph branch(Graphs g, String op, String reads, String writes) {
        OnnxGraph branch = new OnnxGraph(writes, g.graph.info());
        branch.add(op, op, List.of(reads), List.of(writes));
        branch.outputs().add(new OnnxValue(writes, null));
        return branch;
    }

    private static String iff(Graphs g, String condition, OnnxGraph then, OnnxGraph otherwise) {
        return g.node("If", condition)
                .attribute("then_branch", new OnnxAttribute.OfGraph(then))
                .attribute("else_branch", new OnnxAttribute.OfGraph(otherwise))
                .output(0);
    }

    @Test
    void branchesMeetInWhatBothSay() {
        Graphs g = new Graphs(17);
        String x = g.floats(4, 5);
        String same = iff(g, g.input(ElementType.BOOL), branch(g, "Relu", x, "a"), branch(g, "Neg", x, "b"));
        OnnxGraph turned = branch(g, "Transpose", x, "c");
        String differ = iff(g, g.input(ElementType.BOOL), branch(g, "Relu", x, "d"), turned);

        Shapes shapes = ShapeInference.infer(g.graph);

        assertThat(shapes.dims(same)).contains(List.of(Dim.of(4), Dim.of(5)));
        assertThat(shapes.dims(differ)).contains(List.of(Dim.UNKNOWN, Dim.UNKNOWN));
        assertThat(shapes.nested(turned).orElseThrow().dims("c")).contains(List.of(Dim.of(5), Dim.of(4)));
        g.compare("if");
    }

    @Test
    void aConstantConditionPicksItsBranchAndExcusesTheOther() {
        Graphs g = new Graphs(17);
        String x = g.floats(4, 5);
        OnnxGraph impossible = branch(g, "Relu", x, "bad");
        impossible.nodes().get(0).op("MatMul").inputs().add(x);
        String on = g.constant(OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {1}));
        String off = g.constant(OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {0}));

        String value = iff(g, on, branch(g, "Transpose", x, "t"), impossible);
        assertThat(ShapeInference.infer(g.graph).dims(value)).contains(List.of(Dim.of(5), Dim.of(4)));
        assertThat(ShapeInference.infer(g.graph).problems()).isEmpty();

        iff(g, off, branch(g, "Transpose", x, "u"), impossible.copy());
        assertThat(ShapeInference.infer(g.graph).problems()).hasSize(1);
    }

    /** A loop that appends two rows a round: the first dimension changes, the second does not. */
    @Test
    void loopsWidenWhatChangesAndStackWhatTheyScan() {
        Graphs g = new Graphs(17);
        OnnxGraph body = new OnnxGraph("body", g.graph.info());
        body.inputs().add(new OnnxValue("i", OnnxType.OfTensor.of(ElementType.INT64)));
        body.inputs().add(new OnnxValue("go", OnnxType.OfTensor.of(ElementType.BOOL)));
        body.inputs().add(new OnnxValue("rows", null));
        body.initializers().put("two", OnnxTensor.ofFloats(new float[6], 2, 3));
        body.add("Identity", "again", List.of("go"), List.of("go2"));
        body.add("Concat", "more", List.of("rows", "two"), List.of("grown")).attribute("axis", 0);
        body.add("Neg", "negate", List.of("two"), List.of("each"));
        for (String output : List.of("go2", "grown", "each")) {
            body.outputs().add(new OnnxValue(output, null));
        }
        body.inputs().set(2, OnnxValue.tensor("rows", ElementType.FLOAT, -1, 3));
        String trips = g.constant(OnnxTensor.scalar(4L));
        String go = g.constant(OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {1}));
        var loop = g.node("Loop", 2, trips, go, g.floats(1, 3)).attribute("body", new OnnxAttribute.OfGraph(body));

        Shapes shapes = ShapeInference.infer(g.graph);

        assertThat(shapes.problems()).isEmpty();
        assertThat(shapes.dims(loop.output(0))).contains(List.of(Dim.UNKNOWN, Dim.of(3)));
        assertThat(shapes.dims(loop.output(1))).contains(List.of(Dim.UNKNOWN, Dim.of(2), Dim.of(3)));
        assertThat(shapes.element(loop.output(1))).contains(ElementType.FLOAT);
        g.compare("loop");
    }

    @Test
    void scansRunAlongAnAxis() {
        Graphs g = new Graphs(17);
        OnnxGraph body = new OnnxGraph("body", g.graph.info());
        body.inputs().add(OnnxValue.tensor("sum", ElementType.FLOAT, 3));
        body.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, 3));
        body.add("Add", "add", List.of("sum", "x"), List.of("next"));
        body.add("Identity", "keep", List.of("next"), List.of("seen"));
        body.outputs().add(OnnxValue.tensor("next", ElementType.FLOAT, 3));
        body.outputs().add(OnnxValue.tensor("seen", ElementType.FLOAT, 3));
        var scan = g.node("Scan", 2, g.floats(3), g.floats(7, 3))
                .attribute("num_scan_inputs", 1)
                .attribute("body", new OnnxAttribute.OfGraph(body));

        assertThat(g.compare("scan").open()).isEmpty();
        assertThat(ShapeInference.infer(g.graph).dims(scan.output(1))).contains(List.of(Dim.of(7), Dim.of(3)));
    }

    @Test
    void sequencesKeepWhatTheirElementsShare() {
        Graphs g = new Graphs(17);
        String list =
                g.node("SequenceConstruct", g.floats(2, 3), g.floats(4, 3)).output(0);
        String first =
                g.node("SequenceAt", list, g.constant(OnnxTensor.scalar(0L))).output(0);
        String all = g.node("ConcatFromSequence", list).attribute("axis", 0).output(0);
        g.node("SequenceLength", list);
        String parts = g.node("SplitToSequence", g.floats(6, 3)).output(0);
        String part =
                g.node("SequenceAt", parts, g.constant(OnnxTensor.scalar(0L))).output(0);

        Shapes shapes = ShapeInference.infer(g.graph);

        assertThat(shapes.type(list)).containsInstanceOf(OnnxType.OfSequence.class);
        assertThat(shapes.dims(first)).contains(List.of(Dim.UNKNOWN, Dim.of(3)));
        assertThat(shapes.dims(all)).contains(List.of(Dim.UNKNOWN, Dim.of(3)));
        assertThat(shapes.dims(part)).contains(List.of(Dim.of(1), Dim.of(3)));
        g.compare("sequences");
    }
}
