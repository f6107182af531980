package io.edgeai.optimize.fuse;

import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxNode;
import java.util.Map;
import java.util.Set;

/** Attributes that say what the operator's definition or another input says anyway, in every operator set from 7 on. */
final class DefaultAttributes {
    private static final Set<String> WINDOWS = Set.of("Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool");
    private static final Map<String, Map<String, Object>> OTHERS = Map.of(
            "Gemm", Map.of("alpha", 1f, "beta", 1f, "transA", 0L, "transB", 0L),
            "Gather", Map.of("axis", 0L),
            "Reshape", Map.of("allowzero", 0L),
            "Flatten", Map.of("axis", 1L),
            "Pad", Map.of("mode", "constant"),
            "Resize",
                    Map.of(
                            "coordinate_transformation_mode",
                            "half_pixel",
                            "cubic_coeff_a",
                            -0.75f,
                            "exclude_outside",
                            0L,
                            "extrapolation_value",
                            0f,
                            "mode",
                            "nearest",
                            "nearest_mode",
                            "round_prefer_floor"),
            "LeakyRelu", Map.of("alpha", 0.01f));

    private DefaultAttributes() {}

    static void drop(OnnxNode node) {
        if (node.domain().isEmpty()) {
            node.attributes().entrySet().removeIf(entry -> isDefault(node.op(), entry.getKey(), entry.getValue()));
        }
    }

    private static boolean isDefault(String op, String key, OnnxAttribute value) {
        if (WINDOWS.contains(op)) {
            return switch (key) {
                case "kernel_shape" -> op.startsWith("Conv"); // the weights have it
                case "dilations", "strides" -> allAre(value, 1);
                case "pads", "output_padding" -> allAre(value, 0);
                case "group" -> value instanceof OnnxAttribute.OfInt one && one.value() == 1;
                case "ceil_mode", "storage_order", "count_include_pad" ->
                    value instanceof OnnxAttribute.OfInt one && one.value() == 0;
                case "auto_pad" ->
                    value instanceof OnnxAttribute.OfString text && text.text().equals("NOTSET");
                default -> false;
            };
        }
        Object usual = OTHERS.getOrDefault(op, Map.of()).get(key);
        return usual != null
                && ((value instanceof OnnxAttribute.OfInt number && usual.equals(number.value()))
                        || (value instanceof OnnxAttribute.OfFloat real && usual.equals(real.value()))
                        || (value instanceof OnnxAttribute.OfString text && usual.equals(text.text())));
    }

    private static boolean allAre(OnnxAttribute value, long number) {
        return value instanceof OnnxAttribute.OfInts many
                && many.values().stream().allMatch(one -> one == number);
    }
}
