package io.edgeai.optimize.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.optimize.testing.GraphBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random declared shapes and samples, right ones and ones with a single fault; messages name the seed. */
class SamplesPropertyTest {
    @Test
    void flatSamplesFillTheFirstFreeDimension() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            long[] dims = random.longs(1 + random.nextInt(4), 1, 5).toArray();
            int free = random.nextInt(dims.length + 1);
            long product = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
            long[] declared = dims.clone();
            if (free < dims.length) {
                declared[free] = -1;
            }
            float[] sample = new float[(int) product];
            for (int i = 0; i < sample.length; i++) {
                sample[i] = random.nextFloat();
            }
            Tensor x = Objects.requireNonNull(CalibrationData.of(new float[][] {sample})
                    .feeds(graph(declared))
                    .get(0)
                    .get("x"));
            assertThat(x.shape()).as("seed %d", seed).containsExactly(dims);
            assertThat(x.floats()).containsExactly(sample);
        }
    }

    @Test
    void flatSamplesOfAWrongLengthAreNamedWithTheirNumber() {
        for (long seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            long[] dims = random.longs(1 + random.nextInt(3), 2, 5).toArray();
            long product = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
            int bad = random.nextInt(5);
            float[][] samples = new float[5][(int) product];
            samples[bad] = new float[(int) product + 1];
            assertThatThrownBy(() -> CalibrationData.of(samples).feeds(graph(dims)))
                    .as("seed %d", seed)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("Sample (" + bad + ") has (" + (product + 1) + ") values")
                    .hasMessageContaining("input (x)")
                    .hasMessageContaining("takes " + product);
        }
    }

    @Test
    void everyValueThatIsNotFiniteIsFound() {
        float[] bad = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
        for (long seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            float value = bad[random.nextInt(3)];
            int sample = random.nextInt(4);
            int at = random.nextInt(7);
            float[][] flat = new float[4][7];
            flat[sample][at] = value;
            assertThatThrownBy(() -> LabelledData.of(flat, new int[4]))
                    .as("seed %d", seed)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(
                            "Labelled data: sample (" + sample + ") holds (" + value + ") at position " + at)
                    .hasMessageContaining("Maybe");
            List<Map<String, Tensor>> named = new ArrayList<>();
            for (float[] each : flat) {
                named.add(Map.of("ids", Tensor.of(new long[] {1}, 1), "x", Tensor.of(each, 1, 7)));
            }
            assertThatThrownBy(() -> CalibrationData.of(named))
                    .as("seed %d", seed)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("sample (" + sample + ") of input (x) holds (" + value + ")")
                    .hasMessageContaining("position " + at);
        }
    }

    /** One fault at a time in a model of three inputs: the message names sample and input. */
    @Test
    void everyWrongNamedInputIsNamed() {
        OnnxGraph graph = graph(-1, 4);
        graph.inputs().add(OnnxValue.tensor("mask", ElementType.INT64, -1, 2));
        graph.inputs().add(OnnxValue.tensor("flag", ElementType.BOOL));
        Map<String, Tensor> good = new LinkedHashMap<>();
        good.put("x", Tensor.of(new float[8], 2, 4));
        good.put("mask", Tensor.of(new long[4], 2, 2));
        good.put("flag", Tensor.ofBytes(ElementType.BOOL, new byte[1]));
        assertThat(CalibrationData.of(List.of(good, good)).feeds(graph)).containsExactly(good, good);
        wrong(graph, good, "x", Tensor.of(new float[10], 2, 5));
        wrong(graph, good, "x", Tensor.of(new float[8], 8));
        wrong(graph, good, "x", Tensor.of(new double[8], 2, 4));
        wrong(graph, good, "mask", Tensor.of(new int[4], 2, 2));
        wrong(graph, good, "mask", Tensor.of(new long[6], 2, 3));
        wrong(graph, good, "flag", Tensor.ofBytes(ElementType.BOOL, new byte[1], 1));
        wrong(graph, good, "flag", Tensor.ofBytes(ElementType.UINT8, new byte[1]));
        for (String name : good.keySet()) {
            Map<String, Tensor> less = new LinkedHashMap<>(good);
            less.remove(name);
            Map<String, Tensor> more = new LinkedHashMap<>(good);
            more.put(name + "2", Tensor.of(new float[1], 1));
            for (Map<String, Tensor> bad : List.of(less, more)) {
                assertThatThrownBy(() -> CalibrationData.of(List.of(good, bad)).feeds(graph))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("Sample (1) has inputs")
                        .hasMessageContaining("[flag, mask, x]")
                        .hasMessageContaining("mistyped or missing");
            }
        }
    }

    private static void wrong(OnnxGraph graph, Map<String, Tensor> good, String name, Tensor tensor) {
        Map<String, Tensor> bad = new LinkedHashMap<>(good);
        bad.put(name, tensor);
        assertThatThrownBy(() ->
                        LabelledData.of(List.of(good, good, bad), new int[3]).check(graph))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Sample (2) gives " + tensor + " to input (" + name + ")");
    }

    @Test
    void laterChangesOfTheCallersArraysAreNotSeen() {
        float[][] values = {{1, 2, 3, 4}, {5, 6, 7, 8}};
        int[] labels = {1, 0};
        Map<String, Tensor> map = new LinkedHashMap<>(Map.of("x", Tensor.of(new float[4], 1, 4)));
        List<Map<String, Tensor>> list = new ArrayList<>(List.of(map));
        LabelledData data = LabelledData.of(values, labels);
        CalibrationData named = CalibrationData.of(list);
        values[1] = new float[1];
        values[0][2] = Float.NaN;
        labels[0] = 7;
        map.clear();
        list.clear();
        assertThat(data.feeds(graph(-1, 4), 10)).hasSize(2);
        assertThat(Objects.requireNonNull(data.feed(graph(-1, 4), 0).get("x")).floats())
                .containsExactly(1, 2, 3, 4);
        assertThat(data.label(0)).isEqualTo(1);
        assertThat(named.feeds(graph(-1, 4)).get(0)).containsOnlyKeys("x");
    }

    private static OnnxGraph graph(long... dims) {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", dims);
        b.node("Identity", "y", "x");
        return b.output("y").graph();
    }
}
