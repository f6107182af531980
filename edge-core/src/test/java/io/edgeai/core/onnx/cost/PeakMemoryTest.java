package io.edgeai.core.onnx.cost;

import static io.edgeai.core.model.ElementType.BOOL;
import static io.edgeai.core.model.ElementType.FLOAT;
import static io.edgeai.core.model.ElementType.INT64;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Peak memory and the cost of branches, loops and scans on graphs small enough to follow by hand. */
class PeakMemoryTest {
    private OnnxGraph graph;

    @BeforeEach
    void build() {
        graph = OnnxGraph.create("peak", 17);
        graph.inputs().add(OnnxValue.tensor("x", FLOAT, 10));
    }

    private void output(String name) {
        graph.outputs().add(new OnnxValue(name, null));
    }

    private long peak() {
        return CostModel.of(graph).peakActivationBytes() / 4;
    }

    private void tile(String from, String to, long times) {
        graph.initializers().put("times" + to, OnnxTensor.ofLongs(new long[] {times}, 1));
        graph.add("Tile", to, List.of(from, "times" + to), List.of(to));
    }

    @Test
    void aChainNeedsTwoNeighboursAtOnce() {
        tile("x", "a", 3);
        tile("a", "b", 2);
        graph.add("ReduceSum", "c", List.of("b"), List.of("c"));
        output("c");
        assertThat(peak()).as("a of 30 and b of 60 while b is made").isEqualTo(90);
    }

    @Test
    void aSkipKeepsItsValueAlive() {
        tile("x", "a", 3);
        graph.add("Relu", "b", List.of("a"), List.of("b"));
        graph.add("Relu", "c", List.of("b"), List.of("c"));
        graph.add("Add", "d", List.of("a", "c"), List.of("d"));
        output("d");
        assertThat(peak()).as("a, b and c; then a, c and d").isEqualTo(90);
    }

    @Test
    void outputsLiveToTheEnd() {
        tile("x", "a", 5);
        output("a");
        tile("x", "b", 2);
        tile("b", "c", 2);
        output("c");
        assertThat(peak()).as("a 50, b 20 and c 40, x is gone").isEqualTo(50 + 20 + 40);
    }

    @Test
    void whatNobodyReadsLivesOnlyWhileItIsMade() {
        tile("x", "unused", 9);
        tile("x", "a", 2);
        output("a");
        assertThat(peak()).as("x and the unused 90").isEqualTo(100);
        assertThat(CostModel.of(graph).nodes()).hasSize(2);
    }

    @Test
    void constantsAreNotActivations() {
        graph.initializers().put("w", OnnxTensor.ofFloats(new float[1000], 10, 100));
        graph.add("MatMul", "m", List.of("x", "w"), List.of("y"));
        output("y");
        assertThat(peak()).isEqualTo(10 + 100);
        assertThat(CostModel.of(graph).weightBytes()).isEqualTo(4000);
    }

    @Test
    void chainsOfViewsShareOneMemory() {
        graph.initializers().put("s", OnnxTensor.ofLongs(new long[] {2, 5}, 2));
        graph.add("Reshape", "r", List.of("x", "s"), List.of("a"));
        graph.add("Flatten", "f", List.of("a"), List.of("b"));
        graph.add("Identity", "i", List.of("b"), List.of("c"));
        output("c");
        assertThat(peak()).as("x, a, b and c are one").isEqualTo(10);
        graph.add("Relu", "z", List.of("x"), List.of("d"));
        output("d");
        assertThat(peak()).isEqualTo(20);
    }

    /** An If takes the larger branch's memory beside what is alive, and the dearer branch's work. */
    @Test
    void branchesTakeTheirLarger() {
        graph.inputs().add(OnnxValue.tensor("flag", BOOL));
        OnnxGraph small = new OnnxGraph("small", graph.info());
        small.add("Relu", "r", List.of("x"), List.of("p"));
        small.outputs().add(new OnnxValue("p", null));
        OnnxGraph large = new OnnxGraph("large", graph.info());
        large.initializers().put("four", OnnxTensor.ofLongs(new long[] {4}, 1));
        large.add("Tile", "t", List.of("x", "four"), List.of("q"));
        large.add("Exp", "e", List.of("q"), List.of("q2"));
        large.outputs().add(new OnnxValue("q2", null));
        graph.add("If", "choice", List.of("flag"), List.of("y"))
                .attribute("then_branch", new OnnxAttribute.OfGraph(small))
                .attribute("else_branch", new OnnxAttribute.OfGraph(large));
        output("y");

        ModelCost cost = CostModel.of(graph);

        NodeCost choice = cost.nodes().get(0);
        assertThat(cost.nodes()).as("nested nodes are in their node").hasSize(1);
        assertThat(choice.flops()).as("40 exponentials, not also 10 Relus").isEqualTo(40);
        assertThat(cost.guessedValues()).as("y is 10 or 40").isEqualTo(1);
        assertThat(cost.peakActivationBytes())
                .as("x, the flag, y guessed as 1, and 40 + 40 inside")
                .isEqualTo(4 * 10 + 1 + 4 + 4 * 80);
    }

    private OnnxGraph body() {
        OnnxGraph body = new OnnxGraph("body", graph.info());
        body.inputs().add(OnnxValue.tensor("i", INT64));
        body.inputs().add(OnnxValue.tensor("go", BOOL));
        body.inputs().add(OnnxValue.tensor("v", FLOAT, 10));
        body.initializers().put("w", OnnxTensor.ofFloats(new float[100], 10, 10));
        body.add("Identity", "again", List.of("go"), List.of("go2"));
        body.add("MatMul", "m", List.of("v", "w"), List.of("v2"));
        body.outputs().add(new OnnxValue("go2", null));
        body.outputs().add(new OnnxValue("v2", null));
        return body;
    }

    @Test
    void loopsCountTheirRoundsWhereTheseAreKnown() {
        graph.initializers().put("trips", OnnxTensor.scalar(7L));
        graph.inputs().add(OnnxValue.tensor("more", INT64));
        graph.add("Loop", "known", List.of("trips", "", "x"), List.of("a"))
                .attribute("body", new OnnxAttribute.OfGraph(body()));
        graph.add("Loop", "open", List.of("more", "", "x"), List.of("b"))
                .attribute("body", new OnnxAttribute.OfGraph(body()));

        ModelCost cost = CostModel.of(graph);

        assertThat(cost.nodes()).extracting(NodeCost::macs).containsExactly(700L, 100L);
        assertThat(cost.parameters()).as("weights inside count once each").isEqualTo(200);
        assertThat(cost.weightBytes()).isEqualTo(2 * 400 + 8);
    }

    @Test
    void aLoopOfNoRoundsCostsNothing() {
        graph.initializers().put("trips", OnnxTensor.scalar(-3L));
        graph.add("Loop", "none", List.of("trips", "", "x"), List.of("a"))
                .attribute("body", new OnnxAttribute.OfGraph(body()));
        assertThat(CostModel.of(graph).macs()).isZero();
    }

    @Test
    void scansCountTheirLength() {
        graph.inputs().add(OnnxValue.tensor("rows", FLOAT, 3, 6));
        OnnxGraph body = new OnnxGraph("body", graph.info());
        body.inputs().add(OnnxValue.tensor("row", FLOAT, 3));
        body.initializers().put("w", OnnxTensor.ofFloats(new float[15], 3, 5));
        body.add("MatMul", "m", List.of("row", "w"), List.of("y"));
        body.outputs().add(new OnnxValue("y", null));
        graph.add("Scan", "s", List.of("rows"), List.of("all"))
                .attribute("num_scan_inputs", 1)
                .attribute("scan_input_axes", new long[] {-1})
                .attribute("body", new OnnxAttribute.OfGraph(body));

        assertThat(CostModel.of(graph).macs()).as("six columns of 3·5").isEqualTo(6 * 15);
    }

    @Test
    void generatedConstantsAreParametersAndTakeNoFileSpace() {
        graph.initializers().put("shape", OnnxTensor.ofLongs(new long[] {10, 4}, 2));
        graph.add("ConstantOfShape", "fill", List.of("shape"), List.of("w"));
        graph.add("MatMul", "m", List.of("x", "w"), List.of("y"));
        output("y");

        ModelCost cost = CostModel.of(graph);

        assertThat(cost.parameters()).isEqualTo(40);
        assertThat(cost.weightBytes()).as("the shape alone").isEqualTo(16);
        assertThat(cost.nodes()).extracting(NodeCost::op).containsExactly("MatMul");
    }

    @Test
    void randomNumbersAreDrawnInEveryRun() {
        graph.initializers().put("like", OnnxTensor.ofFloats(new float[10], 10));
        graph.add("RandomNormalLike", "noise", List.of("like"), List.of("n"));
        graph.add("Add", "add", List.of("x", "n"), List.of("y"));
        output("y");
        assertThat(CostModel.of(graph).nodes()).extracting(NodeCost::op).containsExactly("RandomNormalLike", "Add");
        assertThat(peak()).isEqualTo(30);
    }
}
