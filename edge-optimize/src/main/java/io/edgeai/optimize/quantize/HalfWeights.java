package io.edgeai.optimize.quantize;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxFloats;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.pass.FreshNames;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Stores float constants in 16 bits with a Cast behind each, nested graphs included. The engine undoes the Cast when it
 * loads the model, so the file is half as large and the speed the same. What rounding takes from one weight of a Conv is
 * given to the next of the same output channel: their sum, which is what smooth inputs see, stays right to half a step.
 * Stated types of intermediate values, which the engine infers anyway, are dropped. Constants of doubles are stored in 32
 * bits likewise, unless one of their values is beyond the range of normal ones. Stateless and thread-safe.
 */
public final class HalfWeights {
    /** Constants with fewer elements stay: a Cast would take more bytes than it saves. */
    public static final int LEAST_ELEMENTS = 32;

    private static final float LARGEST = 65504;
    private static final long OPSET_OF_BRAIN_FLOATS = 13;

    private HalfWeights() {}

    /** IEEE binary16: 11 significant bits, values to 65504. */
    public static Quantized apply(OnnxGraph graph) {
        return apply(graph, HalfFormat.FLOAT16);
    }

    /**
     * Either 16-bit format; constants with values beyond its range stay and are listed.
     *
     * @throws UnsupportedOperatorException for BFLOAT16 below operator set 13
     */
    public static Quantized apply(OnnxGraph graph, HalfFormat format) {
        return apply(graph, format, Map.of());
    }

    /**
     * As {@link #apply(OnnxGraph, HalfFormat)}, without some of the constants.
     *
     * @param kept names of constants that stay as they are and are listed, with the noise that rounding each would make,
     *     as {@code HalfSensitivity} finds them
     */
    public static Quantized apply(OnnxGraph graph, HalfFormat format, Map<String, Double> kept) {
        if (format == HalfFormat.BFLOAT16 && graph.info().opset() < OPSET_OF_BRAIN_FLOATS) {
            throw new UnsupportedOperatorException(
                    "The model has operator set (" + graph.info().opset()
                            + "), but Cast reads BFLOAT16 from 13 on. Maybe raise it with OpsetUpgrade, or use"
                            + " FLOAT16.");
        }
        OnnxGraph copy = graph.copy();
        Cleanup.separateInitializers(copy);
        List<FloatNode> left = new ArrayList<>();
        Map<String, Integer> ops = new HashMap<>();
        Set<String> kernels = new HashSet<>();
        collectKernels(copy, kernels);
        halve(copy, format, kernels, kept, new FreshNames(copy), ops, left);
        return new Quantized(copy, ops, left, List.of());
    }

    private static void collectKernels(OnnxGraph graph, Set<String> kernels) {
        for (OnnxNode node : graph.nodes()) {
            if (node.op().equals("Conv")) {
                kernels.add(node.input(1));
            }
            node.subgraphs().forEach(nested -> collectKernels(nested, kernels));
        }
    }

    private static void halve(
            OnnxGraph graph,
            HalfFormat format,
            Set<String> kernels,
            Map<String, Double> kept,
            FreshNames names,
            Map<String, Integer> ops,
            List<FloatNode> left) {
        List<OnnxNode> casts = new ArrayList<>();
        for (StoredWeight weight : StoredWeight.of(graph, LEAST_ELEMENTS)) {
            Double noise = kept.get(weight.name());
            if (noise != null) {
                left.add(new FloatNode(
                        weight.name(),
                        "Constant",
                        String.format(
                                Locale.ROOT, "kept in 32 bits, since rounding it alone makes a noise of %.1e", noise)));
                continue;
            }
            float[] values = weight.tensor().floats();
            float largest = 0;
            for (float value : values) {
                largest = Math.max(largest, Math.abs(value));
            }
            if (!(largest <= (format == HalfFormat.FLOAT16 ? LARGEST : Float.MAX_VALUE))) {
                left.add(new FloatNode(
                        weight.name(),
                        "Constant",
                        format == HalfFormat.FLOAT16
                                ? "holds (" + largest + "), more than the 65504 of 16-bit floats"
                                : "holds (" + largest + "), which is not finite"));
                continue;
            }
            weight.removeFrom(graph);
            String half = names.of("h" + casts.size());
            graph.initializers()
                    .put(
                            half,
                            tensor(
                                    values,
                                    format,
                                    kernels.contains(weight.name()),
                                    weight.tensor().dims()));
            casts.add(new OnnxNode("Cast", "", List.of(half), List.of(weight.name()))
                    .attribute("to", ElementType.FLOAT.onnxCode()));
            ops.merge("Constant", 1, Integer::sum);
        }
        casts.addAll(doubles(graph, names, ops, left));
        graph.nodes().addAll(0, casts);
        if (!casts.isEmpty()) {
            graph.valueInfo().clear();
        }
        graph.nodes().forEach(node -> node.subgraphs()
                .forEach(nested -> halve(nested, format, kernels, kept, names, ops, left)));
    }

    private static List<OnnxNode> doubles(
            OnnxGraph graph, FreshNames names, Map<String, Integer> ops, List<FloatNode> left) {
        List<OnnxNode> casts = new ArrayList<>();
        for (StoredWeight weight : StoredWeight.of(graph, ElementType.DOUBLE, LEAST_ELEMENTS)) {
            DoubleBuffer values = weight.tensor().data().asDoubleBuffer();
            float[] single = new float[values.limit()];
            boolean fits = true;
            for (int i = 0; i < single.length; i++) {
                double value = values.get(i);
                single[i] = (float) value;
                boolean ordinary = Math.abs(value) >= Float.MIN_NORMAL && Math.abs(value) <= Float.MAX_VALUE;
                fits &= ordinary || value == 0 || !Double.isFinite(value);
            }
            if (!fits) {
                left.add(new FloatNode(
                        weight.name(), "Constant", "holds doubles beyond the range of normal 32-bit floats"));
                continue;
            }
            weight.removeFrom(graph);
            String stored = names.of("s" + casts.size());
            graph.initializers()
                    .put(stored, OnnxTensor.ofFloats(single, weight.tensor().dims()));
            casts.add(new OnnxNode("Cast", "", List.of(stored), List.of(weight.name()))
                    .attribute("to", ElementType.DOUBLE.onnxCode()));
            ops.merge("Constant", 1, Integer::sum);
        }
        return casts;
    }

    private static OnnxTensor tensor(float[] values, HalfFormat format, boolean kernel, long[] dims) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        int channel = kernel && dims.length > 2 ? Math.toIntExact(values.length / dims[0]) : 1;
        double carried = 0;
        for (int i = 0; i < values.length; i++) {
            carried = i % channel == 0 ? 0 : carried;
            float wanted = (float) (values[i] + carried);
            float kept = Math.abs(wanted) <= LARGEST || format == HalfFormat.BFLOAT16 ? wanted : values[i];
            short bits = format == HalfFormat.FLOAT16 ? half(kept) : brain(kept);
            bytes.putShort(bits);
            carried += values[i] - (double) value(bits, format);
        }
        ElementType type = format == HalfFormat.FLOAT16 ? ElementType.FLOAT16 : ElementType.BFLOAT16;
        return OnnxTensor.ofRaw(type, bytes.flip(), dims);
    }

    private static float value(short bits, HalfFormat format) {
        return format == HalfFormat.FLOAT16 ? OnnxFloats.half(bits) : Float.intBitsToFloat(bits << 16);
    }

    /** The bfloat16 nearest to a finite value, ties to even; what would round to infinity becomes the largest one. */
    static short brain(float value) {
        int bits = Float.floatToRawIntBits(value);
        int rounded = bits + 0x7FFF + (bits >>> 16 & 1);
        boolean overflows = (rounded & 0x7F80_0000) == 0x7F80_0000;
        return (short) ((overflows ? bits : rounded) >>> 16);
    }

    /** IEEE 754 binary16 nearest to a value, ties to even; for |value| below 65520. */
    public static short half(float value) {
        int sign = Float.floatToRawIntBits(value) >>> 16 & 0x8000;
        double magnitude = Math.abs((double) value);
        if (magnitude < 0x1p-14) {
            return (short) (sign | (int) Math.rint(magnitude * 0x1p24));
        }
        int exponent = Math.getExponent(magnitude);
        int mantissa = (int) Math.rint(Math.scalb(magnitude, 10 - exponent));
        return (short) (sign | ((exponent + 14 << 10) + mantissa));
    }
}
