package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxFloats;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.calibration.Calibrator;
import io.edgeai.optimize.calibration.ValueRange;
import io.edgeai.optimize.fidelity.OutputComparison;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.quantize.DynamicQuantizer;
import io.edgeai.optimize.quantize.HalfWeights;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.quantize.StaticQuantizer;
import io.edgeai.optimize.testing.ExactByteProducts;
import io.edgeai.optimize.testing.Naive;
import io.edgeai.optimize.testing.Ort;
import io.edgeai.optimize.testing.WideNets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Networks with every activation, quantized in every way, against convolutions in doubles; messages name the seed. */
class QuantizedNetsPropertyTest {
    private static final List<CalibrationMethod> METHODS = List.of(CalibrationMethod.values());
    private static final int NETS = 14;
    private static final List<OnnxGraph> BASES = new ArrayList<>();
    private static final List<Quantized> STATIC = new ArrayList<>();
    private static final Set<String> WEIGHTED = Set.of("Conv", "Gemm", "MatMul");

    @BeforeAll
    static void simplify() {
        for (long seed = 0; seed < NETS; seed++) {
            BASES.add(GraphPasses.simplified(WideNets.of(seed, 13), Ort.runtime()));
            STATIC.add(statically(BASES.get((int) seed), CalibrationMethod.MIN_MAX));
        }
    }

    @Test
    void theNetsUseEveryActivationAndBlock() {
        Set<String> ops = new TreeSet<>();
        for (long seed = 0; seed < NETS; seed++) {
            WideNets.of(seed, 13).nodes().forEach(node -> ops.add(node.op()));
        }
        assertThat(ops)
                .contains("Conv", "ConvTranspose", "Gemm", "MatMul", "Add", "Mul", "Concat", "MaxPool", "AveragePool")
                .contains("Identity", "Erf")
                .containsAll(WideNets.ACTIVATIONS.stream()
                        .filter(name -> !name.endsWith("Swish") && !name.equals("Gelu"))
                        .toList());
    }

    @Test
    void everyWayLoadsAndKeepsNamesAndShapes() {
        for (int seed = 0; seed < NETS; seed++) {
            OnnxGraph base = BASES.get(seed);
            Map<String, Tensor> before = Ort.run(base, feed(3));
            for (Quantized quantized : everyWay(base, seed)) {
                Map<String, Tensor> after = Ort.run(quantized.graph(), feed(3));
                assertThat(after.keySet()).as("seed %d", seed).isEqualTo(before.keySet());
                after.forEach((name, tensor) -> {
                    assertThat(tensor.shape())
                            .isEqualTo(Objects.requireNonNull(before.get(name)).shape());
                    assertThat(tensor.type()).isEqualTo(ElementType.FLOAT);
                });
                assertThat(names(quantized.graph().inputs())).isEqualTo(names(base.inputs()));
                assertThat(names(quantized.graph().outputs())).isEqualTo(names(base.outputs()));
                assertThat(quantized.changed()).as("seed %d", seed).isTrue();
            }
        }
    }

    /** Least signal to error for each way; entropy clips hard on so few samples. */
    @ExactByteProducts
    @Test
    void answersStayClose() {
        for (int seed = 0; seed < NETS; seed++) {
            OnnxGraph base = BASES.get(seed);
            for (CalibrationMethod method : CalibrationMethod.values()) {
                if (method == CalibrationMethod.MIN_MAX || method == METHODS.get(1 + seed % 4)) {
                    assertThat(sqnr(base, statically(base, method).graph()))
                            .as("seed %d %s", seed, method)
                            .isGreaterThan(method == CalibrationMethod.ENTROPY ? 3 : 10);
                }
            }
            QuantizeSettings settings = QuantizeSettings.defaults();
            assertThat(sqnr(base, DynamicQuantizer.apply(base, settings).graph()))
                    .as("seed %d dynamic", seed)
                    .isGreaterThan(20);
            assertThat(sqnr(base, HalfWeights.apply(base).graph()))
                    .as("seed %d fp16", seed)
                    .isGreaterThan(40);
        }
    }

    /** One layer at a time, on the rounded inputs it really gets: |error| ≤ Σ|x|·s_w/2 + s_bias/2 and float rounding. */
    @ExactByteProducts
    @Test
    void everyLayerIsWithinTheBoundOfItsSteps() {
        int layers = 0;
        for (int seed = 0; seed < NETS; seed++) {
            OnnxGraph base = BASES.get(seed);
            Quantized quantized = STATIC.get(seed);
            Map<String, OnnxNode> makers = quantized.graph().producers();
            Set<String> wanted = new LinkedHashSet<>();
            List<Layer> found = layers(base, quantized);
            for (Layer layer : found) {
                wanted.add(layer.now().input(0));
                wanted.add(layer.now().output(0));
                wanted.add(layer.value());
            }
            Map<String, Tensor> values = new Calibrator(Ort.runtime()).values(quantized.graph(), feed(2), wanted);
            for (Layer layer : found) {
                layers++;
                Tensor x = Objects.requireNonNull(values.get(layer.now().input(0)));
                Tensor raw = Objects.requireNonNull(values.get(layer.now().output(0)));
                Naive.Answer exact = layer.exact(base, x);
                float[] scales = stepsOf(quantized.graph(), makers, layer.now().input(1));
                float[] got = raw.floats();
                assertThat(got).as("seed %d %s", seed, layer.value()).hasSize(exact.values().length);
                for (int i = 0; i < got.length; i++) {
                    double step = scales[exact.channel(i)];
                    double allowed =
                            exact.reach()[i] * step * 0.5001 + 1e-4 + 1e-4 * Math.abs(exact.values()[i]) + step * 0.01;
                    assertThat(Math.abs(got[i] - exact.values()[i]))
                            .as("seed %d %s at %d", seed, layer.value(), i)
                            .isLessThanOrEqualTo(allowed);
                }
                roundedAndClamped(quantized.graph(), makers, layer, got, values, seed);
            }
        }
        assertThat(layers).isGreaterThan(4 * NETS);
    }

    /** What comes out is the raw value clamped to the 256 levels, at most half a step away. */
    private static void roundedAndClamped(
            OnnxGraph graph,
            Map<String, OnnxNode> makers,
            Layer layer,
            float[] raw,
            Map<String, Tensor> values,
            int seed) {
        OnnxNode back = makers.get(layer.value());
        if (back == null || !back.op().equals("DequantizeLinear")) {
            return;
        }
        double step = constant(graph, back.input(1)).floats()[0];
        int zero = constant(graph, back.input(2)).data().get(0) & 0xFF;
        float[] out = Objects.requireNonNull(values.get(layer.value())).floats();
        for (int i = 0; i < out.length; i++) {
            double clamped = Math.max(-zero * step, Math.min((255 - zero) * step, raw[i]));
            assertThat(Math.abs(out[i] - clamped))
                    .as("seed %d %s at %d", seed, layer.value(), i)
                    .isLessThanOrEqualTo(step * 0.501);
        }
    }

    @Test
    void weightsAreWithinHalfAStepPerChannelAlongTheRightAxis() {
        for (int seed = 0; seed < NETS; seed++) {
            OnnxGraph base = BASES.get(seed);
            for (boolean reduced : new boolean[] {false, true}) {
                Quantized quantized = reduced ? statically(base, CalibrationMethod.MIN_MAX, true) : STATIC.get(seed);
                Map<String, OnnxNode> makers = quantized.graph().producers();
                for (Layer layer : layers(base, quantized)) {
                    OnnxNode back =
                            Objects.requireNonNull(makers.get(layer.now().input(1)));
                    OnnxTensor original = constant(base, layer.before().input(1));
                    int axis = layer.axis();
                    assertThat(back.intAttribute("axis", 99)).isEqualTo(axis);
                    double[] largest = Naive.largest(original.floats(), original.dims(), axis);
                    float[] scales = constant(quantized.graph(), back.input(1)).floats();
                    assertThat(scales).hasSize(largest.length);
                    for (int c = 0; c < scales.length; c++) {
                        assertThat((double) scales[c])
                                .as("seed %d %s channel %d", seed, layer.value(), c)
                                .isCloseTo(
                                        largest[c] / (reduced ? 63 : 127),
                                        org.assertj.core.data.Percentage.withPercentage(0.001));
                    }
                    halfAStep(original, constant(quantized.graph(), back.input(0)), scales, axis, seed);
                }
            }
        }
    }

    @Test
    void biasesAreIntegersOfTheProductOfBothSteps() {
        int biases = 0;
        for (int seed = 0; seed < NETS; seed++) {
            OnnxGraph base = BASES.get(seed);
            Quantized quantized = STATIC.get(seed);
            OnnxGraph graph = quantized.graph();
            Map<String, OnnxNode> makers = graph.producers();
            for (Layer layer : layers(base, quantized)) {
                if (layer.now().input(2).isEmpty() || layer.now().op().equals("MatMul")) {
                    continue;
                }
                biases++;
                OnnxNode bias = Objects.requireNonNull(makers.get(layer.now().input(2)));
                OnnxNode input = Objects.requireNonNull(makers.get(layer.now().input(0)));
                float step = constant(graph, input.input(1)).floats()[0];
                float[] weights = stepsOf(graph, makers, layer.now().input(1));
                float[] steps = product(graph, makers, bias.input(1));
                long[] levels = constant(graph, bias.input(0)).longs();
                float[] original = constant(base, layer.before().input(2)).floats();
                assertThat(constant(graph, bias.input(0)).type()).isEqualTo(ElementType.INT32);
                if (!bias.input(2).isEmpty()) {
                    assertThat(constant(graph, bias.input(2)).longs()).containsOnly(0);
                }
                for (int c = 0; c < steps.length; c++) {
                    assertThat(steps[c]).as("seed %d %s", seed, layer.value()).isEqualTo(step * weights[c]);
                    assertThat(Math.abs(levels[c] * (double) steps[c] - original[c]))
                            .isLessThanOrEqualTo(0.5001 * steps[c] + 1e-12);
                }
            }
        }
        assertThat(biases).isGreaterThan(2 * NETS);
    }

    @Test
    void activationsAreUnsignedAndNothingStandsBetweenAConvAndItsClamp() {
        int absorbed = 0;
        for (int seed = 0; seed < NETS; seed++) {
            OnnxGraph base = BASES.get(seed);
            OnnxGraph graph = STATIC.get(seed).graph();
            for (OnnxNode node : graph.nodes()) {
                boolean stored = graph.initializers().containsKey(node.input(0));
                if (node.op().equals("QuantizeLinear") || (node.op().equals("DequantizeLinear") && !stored)) {
                    assertThat(constant(graph, node.input(2)).type())
                            .as("seed %d %s", seed, node)
                            .isEqualTo(ElementType.UINT8);
                    assertThat(constant(graph, node.input(1)).elements()).isEqualTo(1);
                }
            }
            Map<String, OnnxNode> before = base.producers();
            Map<String, OnnxNode> after = graph.producers();
            for (OnnxNode clamp : base.nodes()) {
                OnnxNode conv = before.get(clamp.input(0));
                boolean clamps = clamp.op().equals("Relu") || clamp.op().equals("Clip");
                if (clamps && conv != null && conv.op().equals("Conv") && readers(base, clamp.input(0)) == 1) {
                    OnnxNode now = after.get(clamp.output(0));
                    if (now == null) {
                        continue; // read as bytes only
                    }
                    absorbed++;
                    assertThat(now.op()).as("seed %d %s", seed, clamp).isEqualTo("DequantizeLinear");
                    OnnxNode quantize = Objects.requireNonNull(after.get(now.input(0)));
                    assertThat(Objects.requireNonNull(after.get(quantize.input(0)))
                                    .op())
                            .isEqualTo("Conv");
                    assertThat(constant(graph, now.input(2)).data().get(0))
                            .as("a range from 0")
                            .isZero();
                }
            }
        }
        assertThat(absorbed).isPositive();
    }

    /** Weight-only storage: what Cast and Mul bring back is within half a step of each slice's own largest weight. */
    @Test
    void weightsStoredInBytesComeBackWithinHalfAStep() {
        int checked = 0;
        for (int seed = 0; seed < NETS; seed++) {
            OnnxGraph base = BASES.get(seed);
            OnnxGraph graph =
                    DynamicQuantizer.apply(base, QuantizeSettings.defaults()).graph();
            Map<String, OnnxNode> makers = graph.producers();
            for (Map.Entry<String, OnnxTensor> weight : base.initializers().entrySet()) {
                OnnxNode product = makers.get(weight.getKey());
                if (product == null) {
                    continue;
                }
                checked++;
                OnnxNode cast = Objects.requireNonNull(makers.get(product.input(0)));
                OnnxTensor scales = constant(graph, product.input(1));
                int axis = 0;
                while (scales.dim(axis) == 1) {
                    axis++;
                }
                String reader = base.consumers().get(weight.getKey()).get(0).op();
                assertThat(axis).as("seed %d", seed).isEqualTo(reader.equals("ConvTranspose") ? 1 : 0);
                halfAStep(weight.getValue(), constant(graph, cast.input(0)), scales.floats(), axis, seed);
            }
            OnnxGraph halved = HalfWeights.apply(base).graph();
            for (Map.Entry<String, OnnxTensor> half : halved.initializers().entrySet()) {
                if (half.getValue().type() == ElementType.FLOAT16) {
                    String name = halved.consumers().get(half.getKey()).get(0).output(0);
                    double[] back = OnnxFloats.doubles(half.getValue());
                    float[] original = constant(base, name).floats();
                    boolean carries = constant(base, name).rank() > 2;
                    for (int i = 0; i < back.length; i++) {
                        double largest = carries ? 2 * largest(original) : Math.abs(original[i]);
                        assertThat(Math.abs(back[i] - original[i])).isLessThanOrEqualTo(largest * 0x1p-11 + 0x1p-25);
                    }
                }
            }
        }
        assertThat(checked).isPositive();
    }

    private record Layer(String value, OnnxNode before, OnnxNode now) {
        int axis() {
            return before.op().equals("Conv") || before.intAttribute("transB", 0) == 1 ? 0 : 1;
        }

        Naive.Answer exact(OnnxGraph base, Tensor x) {
            OnnxTensor weight = constant(base, before.input(1));
            boolean biased = !before.op().equals("MatMul") && !before.input(2).isEmpty();
            float[] bias = biased ? constant(base, before.input(2)).floats() : new float[0];
            return before.op().equals("Conv")
                    ? Naive.conv(x.floats(), x.shape(), weight.floats(), weight.dims(), bias, before)
                    : Naive.product(x.floats(), weight.floats(), weight.dims(), axis() == 0, bias);
        }
    }

    /** Layers with weights: the node before, the node now, and the value both make. */
    private static List<Layer> layers(OnnxGraph base, Quantized quantized) {
        Map<String, OnnxNode> before = base.producers();
        Map<String, OnnxNode> after = quantized.graph().producers();
        List<Layer> layers = new ArrayList<>();
        for (String value : quantized.layers()) {
            OnnxNode now = after.get(value);
            while (now != null && now.op().endsWith("uantizeLinear")) {
                now = after.get(now.input(0));
            }
            OnnxNode old = Objects.requireNonNull(before.get(value));
            if (old.op().equals("Relu") || old.op().equals("Clip")) {
                old = Objects.requireNonNull(before.get(old.input(0)));
            }
            if (now != null && WEIGHTED.contains(now.op())) {
                assertThat(now.op()).isEqualTo(old.op());
                layers.add(new Layer(value, old, now));
            }
        }
        return layers;
    }

    private static List<Quantized> everyWay(OnnxGraph base, int seed) {
        List<Quantized> all = new ArrayList<>();
        all.add(statically(base, METHODS.get(seed % METHODS.size())));
        all.add(DynamicQuantizer.apply(base, QuantizeSettings.defaults()));
        all.add(DynamicQuantizer.apply(base, new QuantizeSettings(true, Set.of("head"))));
        all.add(HalfWeights.apply(base));
        return all;
    }

    private static Quantized statically(OnnxGraph base, CalibrationMethod method) {
        return statically(base, method, false);
    }

    private static Quantized statically(OnnxGraph base, CalibrationMethod method, boolean reduced) {
        StaticQuantizer quantizer = new StaticQuantizer(base, new QuantizeSettings(reduced, Set.of()));
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            feeds.add(Map.of("x", Ort.tensor(new Random(40 + i), 4, 3, 8, 8)));
        }
        Map<String, ValueRange> ranges =
                new Calibrator(Ort.runtime()).ranges(base, feeds, quantizer.values(), method, Progress.NONE);
        return quantizer.quantize(ranges);
    }

    private static void halfAStep(OnnxTensor original, OnnxTensor levels, float[] scales, int axis, int seed) {
        assertThat(levels.type()).isEqualTo(ElementType.INT8);
        assertThat(levels.dims()).isEqualTo(original.dims());
        int inner = 1;
        for (int i = axis + 1; i < original.rank(); i++) {
            inner *= (int) original.dim(i);
        }
        float[] values = original.floats();
        for (int i = 0; i < values.length; i++) {
            double step = scales[i / inner % scales.length];
            assertThat(Math.abs(levels.data().get(i) * step - values[i]))
                    .as("seed %d at %d", seed, i)
                    .isLessThanOrEqualTo(step * 0.50001);
        }
    }

    private static float[] stepsOf(OnnxGraph graph, Map<String, OnnxNode> makers, String weight) {
        return constant(graph, Objects.requireNonNull(makers.get(weight)).input(1))
                .floats();
    }

    private static double sqnr(OnnxGraph before, OnnxGraph after) {
        OutputComparison comparison = new OutputComparison("y");
        comparison.add(
                Objects.requireNonNull(Ort.run(before, feed(8)).get("y")),
                Objects.requireNonNull(Ort.run(after, feed(8)).get("y")));
        return comparison.result().sqnrDb();
    }

    private static Map<String, Tensor> feed(int batch) {
        return Map.of("x", Ort.tensor(new Random(5), batch, 3, 8, 8));
    }

    private static double largest(float[] values) {
        double most = 0;
        for (float value : values) {
            most = Math.max(most, Math.abs(value));
        }
        return most;
    }

    private static int readers(OnnxGraph graph, String value) {
        return graph.consumers().getOrDefault(value, List.of()).size();
    }

    private static List<String> names(List<OnnxValue> values) {
        return values.stream().map(OnnxValue::name).toList();
    }

    /** A stored constant, or the product of a scalar and a vector that the engine computes when it loads. */
    private static float[] product(OnnxGraph graph, Map<String, OnnxNode> makers, String name) {
        OnnxNode maker = makers.get(name);
        if (maker == null) {
            return constant(graph, name).floats();
        }
        float[] values = constant(graph, maker.input(1)).floats();
        for (int i = 0; i < values.length; i++) {
            values[i] *= constant(graph, maker.input(0)).floats()[0];
        }
        return values;
    }

    private static OnnxTensor constant(OnnxGraph graph, String name) {
        return Objects.requireNonNull(graph.initializers().get(name), name);
    }
}
