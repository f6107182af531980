package io.edgeai.optimize.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.optimize.testing.GraphBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SamplesTest {
    private static final OnnxGraph FREE = graph(-1, 4);
    private static final OnnxGraph FIXED = graph(1, 4);

    @Test
    void freeDimensionFollowsFromTheLength() {
        List<Map<String, Tensor>> feeds =
                CalibrationData.of(new float[][] {{1, 2, 3, 4}, new float[8]}).feeds(FREE);
        assertThat(feeds.get(0).get("x").shape()).containsExactly(1, 4);
        assertThat(feeds.get(0).get("x").floats()).containsExactly(1, 2, 3, 4);
        assertThat(feeds.get(1).get("x").shape()).containsExactly(2, 4);
    }

    @Test
    void onlyTheFirstFreeDimensionGrows() {
        OnnxGraph two = graph(-1, -1);
        assertThat(CalibrationData.of(new float[][] {new float[6]})
                        .feeds(two)
                        .get(0)
                        .get("x")
                        .shape())
                .containsExactly(6, 1);
    }

    @Test
    void samplesAreCopied() {
        float[][] values = {{1, 2, 3, 4}};
        CalibrationData data = CalibrationData.of(values);
        values[0][0] = 9;
        assertThat(data.feeds(FREE).get(0).get("x").floats()[0]).isEqualTo(1);
        assertThat(data.size()).isEqualTo(1);
    }

    @Test
    void noSamplesAreRefused() {
        assertThatThrownBy(() -> CalibrationData.of(new float[0][]))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Calibration data has (0) samples")
                .hasMessageContaining("Maybe");
        assertThatThrownBy(() -> CalibrationData.of(List.of())).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> LabelledData.of(new float[0][], new int[0]))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Labelled data");
    }

    @Test
    void notFiniteValuesAreNamedWithTheirPlace() {
        assertThatThrownBy(() -> CalibrationData.of(new float[][] {{1}, {2, Float.NaN}}))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("sample (1)")
                .hasMessageContaining("(NaN) at position 1");
        Tensor infinite = Tensor.of(new float[] {Float.NEGATIVE_INFINITY}, 1);
        assertThatThrownBy(() -> CalibrationData.of(List.of(Map.of("mask", infinite))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("input (mask)")
                .hasMessageContaining("-Infinity");
    }

    @Test
    void wrongLengthIsNamed() {
        assertThatThrownBy(() -> CalibrationData.of(new float[][] {{1, 2, 3}}).feeds(FREE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Sample (0) has (3) values")
                .hasMessageContaining("a multiple of 4");
        assertThatThrownBy(
                        () -> CalibrationData.of(new float[][] {new float[8]}).feeds(FIXED))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("takes 4");
        assertThatThrownBy(() -> CalibrationData.of(new float[][] {{}}).feeds(FREE))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void flatSamplesNeedOneFloatInput() {
        OnnxGraph two = graph(-1, 4);
        two.inputs().add(OnnxValue.tensor("other", io.edgeai.core.model.ElementType.INT64, 1));
        assertThatThrownBy(() -> CalibrationData.of(new float[][] {{1}}).feeds(two))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("[x, other]")
                .hasMessageContaining("maps of named tensors");
    }

    @Test
    void inputOfUnknownRankNeedsTensors() {
        OnnxGraph unknown = graph(-1, 4);
        unknown.inputs().clear();
        unknown.inputs()
                .add(new OnnxValue(
                        "x", new io.edgeai.core.onnx.OnnxType.OfTensor(io.edgeai.core.model.ElementType.FLOAT, null)));
        assertThatThrownBy(() -> CalibrationData.of(new float[][] {{1}}).feeds(unknown))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no known rank");
        Map<String, Tensor> named = Map.of("x", Tensor.of(new float[2], 1, 2));
        assertThat(CalibrationData.of(List.of(named)).feeds(unknown)).containsExactly(named);
    }

    @Test
    void namesTypesAndShapesOfMapsAreChecked() {
        assertThatThrownBy(
                        () -> maps(Map.of("y", Tensor.of(new float[4], 1, 4))).feeds(FREE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("inputs [y]")
                .hasMessageContaining("([x])");
        assertThatThrownBy(() -> maps(Map.of("x", Tensor.of(new float[4], 4))).feeds(FREE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("input (x)");
        assertThatThrownBy(() -> maps(Map.of("x", Tensor.of(new long[4], 1, 4))).feeds(FREE))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(
                        () -> maps(Map.of("x", Tensor.of(new float[5], 1, 5))).feeds(FREE))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void labelsMustMatchTheSamples() {
        assertThatThrownBy(() -> LabelledData.of(new float[][] {{1}, {2}}, new int[] {0}))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(2) samples and (1) labels");
        assertThatThrownBy(() -> LabelledData.of(new float[][] {{1}}, new int[] {-1}))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Label (-1) of sample 0");
    }

    @Test
    void labelledSamplesAreCheckedAsAWholeAndBuiltOneByOne() {
        LabelledData data = LabelledData.of(new float[][] {{1, 2, 3, 4}, new float[8], {5, 6, 7}}, new int[] {3, 0, 1});
        assertThatThrownBy(() -> data.check(FREE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Sample (2) has (3) values");
        assertThatThrownBy(() -> data.feeds(FREE, 1)).isInstanceOf(InvalidInputException.class);
        assertThat(data.feed(FREE, 1).get("x").shape()).containsExactly(2, 4);
        assertThat(data.label(0)).isEqualTo(3);
        assertThat(data.size()).isEqualTo(3);
    }

    @Test
    void samplesMayDifferInShape() {
        OnnxGraph sequences = graph(-1, -1);
        Map<String, Tensor> two = Map.of("x", Tensor.of(new float[2], 1, 2));
        Map<String, Tensor> three = Map.of("x", Tensor.of(new float[3], 1, 3));
        LabelledData data = LabelledData.of(List.of(two, three), new int[2]);
        data.check(sequences);
        assertThat(data.feeds(sequences, 8)).containsExactly(two, three);
        assertThat(data.feeds(sequences, 1)).containsExactly(two);
        assertThat(data.feed(sequences, 1)).isEqualTo(three);
    }

    private static CalibrationData maps(Map<String, Tensor> sample) {
        return CalibrationData.of(List.of(sample));
    }

    private static OnnxGraph graph(long... dims) {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", dims);
        b.node("Identity", "y", "x");
        return b.output("y").graph();
    }
}
