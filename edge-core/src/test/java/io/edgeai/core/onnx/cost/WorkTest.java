package io.edgeai.core.onnx.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.cost.Work.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which kinds of work graphs are, counted by hand. */
class WorkTest {
    private final OnnxGraph graph = OnnxGraph.create("g", 17);

    private OnnxNode last = new OnnxNode("", "", List.of(), List.of("x"));

    private WorkTest input(long... shape) {
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, shape));
        return this;
    }

    private String weight(String name, long... shape) {
        int elements = 1;
        for (long side : shape) {
            elements *= (int) side;
        }
        graph.initializers().put(name, OnnxTensor.ofFloats(new float[elements], shape));
        return name;
    }

    private WorkTest op(String op, String... inputs) {
        last = graph.add(
                op,
                "n" + graph.nodes().size(),
                List.of(inputs),
                List.of("v" + graph.nodes().size()));
        return this;
    }

    private String value() {
        return last.output(0);
    }

    private Work work() {
        graph.outputs().clear();
        graph.outputs().add(new OnnxValue(value(), new OnnxType.OfTensor(ElementType.FLOAT, null)));
        return CostModel.of(graph).work();
    }

    private WorkTest conv(long group, long... shape) {
        long half = shape[2] / 2;
        op("Conv", value(), weight("w" + graph.nodes().size(), shape));
        last.attribute("group", group).attribute("pads", new long[] {half, half, half, half});
        return this;
    }

    @Test
    void sumsAndMultiples() {
        Work work = Work.of(Kind.DENSE, 3)
                .and(Kind.MOVED, 0)
                .plus(Work.of(Kind.DENSE, 2).and(Kind.STEPS, 1));

        assertThat(work.amounts()).isEqualTo(Map.of(Kind.DENSE, 5.0, Kind.STEPS, 1.0));
        assertThat(work.times(2).amount(Kind.DENSE)).isEqualTo(10);
        assertThat(work.as(Kind.STEPS, Kind.DENSE)).isEqualTo(Work.of(Kind.DENSE, 6));
        assertThat(work.times(0)).isEqualTo(Work.NONE);
    }

    /** 16 and 32 channels on 8·8: no padding; 20 output channels take two blocks of 16, few inputs none. */
    @ParameterizedTest
    @CsvSource({"16, 32, 294912", "3, 16, 27648", "16, 20, 294912", "20, 32, 589824"})
    void aConvolutionIsDenseInBlocksOfChannels(long in, long out, double dense) {
        Work work = input(1, in, 8, 8).conv(1, out, in, 3, 3).work();

        assertThat(work.amount(Kind.DENSE)).isEqualTo(dense);
        assertThat(work.amount(Kind.WEIGHTS)).isEqualTo(4.0 * 9 * in * out);
        assertThat(work.amount(Kind.MOVED)).isEqualTo(4.0 * 64 * (in + out));
        assertThat(work.amount(Kind.LAUNCHED)).isEqualTo(1);
    }

    @Test
    void groupsOfAFewChannelsAreThinAndDepthwiseOnesAreNot() {
        Work depthwise = input(1, 32, 8, 8).conv(32, 32, 1, 3, 3).work();
        assertThat(depthwise.amount(Kind.DENSE)).isEqualTo(32 * 64 * 9);
        assertThat(depthwise.amount(Kind.THIN)).isZero();
        Work groups = conv(8, 32, 4, 3, 3).work();
        assertThat(groups.amount(Kind.THIN)).isEqualTo(32 * 64 * 9 * 4);
        assertThat(groups.amount(Kind.LAUNCHED)).isEqualTo(1 + 1 + 8 * 0.5);
    }

    /** Weights that an input may replace are no constants: nothing is packed. */
    @Test
    void replaceableWeightsAreNotPacked() {
        input(1, 20, 8, 8).conv(1, 32, 20, 3, 3);
        double packed = work().amount(Kind.DENSE);
        graph.inputs().add(OnnxValue.tensor("w0", ElementType.FLOAT, 32, 20, 3, 3));

        assertThat(packed).isEqualTo(32.0 * 32 * 9 * 64);
        assertThat(work().amount(Kind.DENSE)).isEqualTo(20.0 * 32 * 9 * 64);
        assertThat(work().amount(Kind.MOVED)).as("values, weights and a matrix").isGreaterThan(4.0 * 2 * 20 * 9 * 64);
    }

    @Test
    void aVectorReadsEachWeightOnceAndAMatrixManyTimes() {
        Work vector = input(1, 100).op("MatMul", "x", weight("w", 100, 50)).work();
        assertThat(vector.amount(Kind.DENSE)).isZero();
        assertThat(vector.amount(Kind.WEIGHTS)).isEqualTo(4 * 5000);
        graph.inputs().set(0, OnnxValue.tensor("x", ElementType.FLOAT, 8, 100));
        assertThat(work().amount(Kind.DENSE)).isEqualTo(8 * 5000);
        assertThat(work().amount(Kind.WEIGHTS)).isEqualTo(4 * 5000);
    }

    @Test
    void weightsOfLargeModelsAreFar() {
        Work large = input(1, 2048).op("MatMul", "x", weight("w", 2048, 2000)).work();

        assertThat(large.amount(Kind.WEIGHTS)).isZero();
        assertThat(large.amount(Kind.FAR_WEIGHTS)).isEqualTo(4.0 * 2048 * 2000);
    }

    @Test
    void largeNodesMoveFromFar() {
        assertThat(input(1, 1_000_000).op("Relu", "x").work().amounts())
                .containsOnlyKeys(Kind.FAR_MOVED, Kind.LAUNCHED)
                .containsEntry(Kind.FAR_MOVED, 8e6);
    }

    /** Scale, shift and rectifier after a convolution cost nothing; a second rectifier and one read twice do. */
    @Test
    void whatFollowsAConvolutionIsMergedIntoIt() {
        input(1, 16, 8, 8).conv(1, 16, 16, 3, 3);
        String scale = weight("s", 16);
        op("BatchNormalization", value(), scale, scale, scale, scale);
        op("Add", value(), weight("shift", 16, 1, 1)).op("Relu", value());
        assertThat(work().amount(Kind.LAUNCHED)).isEqualTo(1);
        op("Relu", value());
        assertThat(work().amount(Kind.LAUNCHED)).isEqualTo(2);
        conv(1, 16, 16, 1, 1);
        String read = value();
        op("Sigmoid", read).op("Mul", read, value());
        assertThat(work().amount(Kind.LAUNCHED)).isEqualTo(5);
        assertThat(work().amount(Kind.CURVED)).isEqualTo(16 * 64);
    }

    @Test
    void sumsOfConstantsAreMergedIntoAProductOnce() {
        input(4, 10).op("MatMul", "x", weight("w", 10, 10));
        op("Add", value(), weight("b", 10));
        assertThat(work().amount(Kind.LAUNCHED)).isEqualTo(1);
        op("Add", value(), weight("c", 10));
        assertThat(work().amount(Kind.LAUNCHED)).isEqualTo(2);
    }

    /** {@code (x − mean) / √(mean of squares + ε) · w + b} is one node that normalises, GELU one that curves. */
    @Test
    void partsOfNormalisationAndOfGeluAreOneNodeEach() {
        input(4, 10).op("ReduceMean", "x");
        last.attribute("axes", new long[] {-1});
        op("Sub", "x", value());
        String centred = value();
        op("Pow", centred, weight("two", 1)).op("ReduceMean", value());
        last.attribute("axes", new long[] {-1});
        op("Add", value(), weight("e", 1)).op("Sqrt", value()).op("Div", centred, value());
        op("Mul", value(), weight("w", 10)).op("Add", value(), weight("b", 10));
        assertThat(work().amount(Kind.NORMALISED)).isEqualTo(40);
        assertThat(work().amount(Kind.LAUNCHED)).isEqualTo(1);
        String in = value();
        op("Div", in, weight("r", 1)).op("Erf", value()).op("Add", value(), weight("one", 1));
        op("Mul", in, value()).op("Mul", value(), weight("half", 1));
        assertThat(work().amount(Kind.LAUNCHED)).isEqualTo(2);
        assertThat(work().amount(Kind.CURVED)).isEqualTo(40);
    }

    /** 5 steps, 3 in, 2 hidden: the input's product at once, 4·2·2 recurrent weights at each step. */
    @Test
    void aRecurrentLayerReadsItsWeightsAtEachStep() {
        input(5, 1, 3).op("LSTM", "x", weight("w", 1, 8, 3), weight("r", 1, 8, 2));
        last.attribute("hidden_size", 2L);
        Work work = work();

        assertThat(work.amount(Kind.STEPS)).isEqualTo(5);
        assertThat(work.amount(Kind.DENSE)).isEqualTo(5 * 24);
        assertThat(work.amount(Kind.WEIGHTS)).isEqualTo(4.0 * (5 * 16 + 24));
    }

    @Test
    void powersAreSlowUnlessSquares() {
        assertThat(input(4, 10).op("Pow", "x", weight("two", 1)).work().amount(Kind.NORMALISED))
                .isZero();
        assertThat(op("Pow", "x", "x").work().amount(Kind.NORMALISED)).isEqualTo(40);
    }
}
