package io.edgeai.core.train.gradient;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The table of rules by operator. */
public final class GradientRules {
    /** Operators whose results are whole numbers, comparisons or step functions: their derivative is 0. */
    private static final Set<String> STOPS = Set.of(
            "Shape",
            "Size",
            "ArgMax",
            "ArgMin",
            "NonZero",
            "Equal",
            "Greater",
            "GreaterOrEqual",
            "Less",
            "LessOrEqual",
            "Not",
            "And",
            "Or",
            "Xor",
            "IsNaN",
            "IsInf",
            "Sign",
            "Floor",
            "Ceil",
            "Round",
            "OneHot",
            "Range",
            "ConstantOfShape",
            "RandomNormalLike",
            "RandomUniformLike",
            "Multinomial",
            "EyeLike");

    private static final Map<String, GradientRule> TABLE = table();

    private GradientRules() {}

    private static Map<String, GradientRule> table() {
        Map<String, GradientRule> table = new HashMap<>();
        ArithmeticGradients.register(table);
        ActivationGradients.register(table);
        MatrixGradients.register(table);
        ConvGradients.register(table);
        PoolGradients.register(table);
        NormalizationGradients.register(table);
        ReductionGradients.register(table);
        LayoutGradients.register(table);
        IndexGradients.register(table);
        QuantizationGradients.register(table);
        return Map.copyOf(table);
    }

    static @Nullable GradientRule of(OnnxNode node) {
        return standard(node) ? TABLE.get(node.op()) : null;
    }

    /** Operators that can be differentiated. */
    public static Set<String> operators() {
        return TABLE.keySet();
    }

    static boolean stops(OnnxNode node) {
        if (!standard(node)) {
            return false;
        }
        return STOPS.contains(node.op()) || (node.op().equals("Cast") && !fraction(node.intAttribute("to", 0)));
    }

    private static boolean fraction(long type) {
        return type == ElementType.FLOAT.onnxCode()
                || type == ElementType.DOUBLE.onnxCode()
                || type == ElementType.FLOAT16.onnxCode()
                || type == ElementType.BFLOAT16.onnxCode();
    }

    static boolean standard(OnnxNode node) {
        return node.domain().isEmpty() || node.domain().equals("ai.onnx");
    }
}
