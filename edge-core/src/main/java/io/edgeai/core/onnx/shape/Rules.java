package io.edgeai.core.onnx.shape;

import io.edgeai.core.onnx.OnnxNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The table of rules by operator; operators outside the standard set carry their domain. */
final class Rules {
    static final String ML = "ai.onnx.ml:";
    static final String MICROSOFT = "com.microsoft:";

    private static final Map<String, Rule> TABLE = table();

    private Rules() {}

    private static Map<String, Rule> table() {
        Map<String, Rule> table = new HashMap<>();
        ElementwiseRules.register(table);
        WindowRules.register(table);
        MatrixRules.register(table);
        NormalizationRules.register(table);
        ReductionRules.register(table);
        LayoutRules.register(table);
        JoinRules.register(table);
        ResizeRules.register(table);
        IndexRules.register(table);
        ConstantRules.register(table);
        SpectralRules.register(table);
        QuantizationRules.register(table);
        RecurrentRules.register(table);
        ControlRules.register(table);
        SequenceRules.register(table);
        ClassicRules.register(table);
        FusedRules.register(table);
        return Map.copyOf(table);
    }

    static @Nullable Rule of(OnnxNode node) {
        String domain = node.domain();
        return TABLE.get(domain.isEmpty() || domain.equals("ai.onnx") ? node.op() : domain + ":" + node.op());
    }

    /** All operators there is a rule for, with the domain before a colon where it is not the standard one. */
    static Set<String> operators() {
        return TABLE.keySet();
    }

    static void put(Map<String, Rule> table, String prefix, Rule rule, String... operators) {
        for (String operator : operators) {
            table.put(prefix + operator, rule);
        }
    }
}
