package io.edgeai.core.format;

import static io.edgeai.core.format.ProtoFields.LENGTH;
import static io.edgeai.core.format.ProtoFields.VARINT;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.TensorSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a TensorFlow graph: how many of each operator, weights among its constants, and which values go in and
 * come out where no signature says so. Field numbers are those of node_def.proto and attr_value.proto.
 */
final class TensorFlowNodes {
    private static final int LONGEST = 256;
    private static final Set<String> VARIABLES = Set.of("VarHandleOp", "VariableV2", "Variable");
    private static final Set<String> PLACEHOLDERS = Set.of("Placeholder", "PlaceholderV2", "PlaceholderWithDefault");

    /** Attributes that name the type of a result, strongest first; T is that of the operands. */
    private static final List<String> TYPES = List.of("output_type", "out_type", "Tout", "DstT", "dtype", "T");

    private static final Set<String> FLAGS = Set.of(
            "Equal",
            "NotEqual",
            "Less",
            "LessEqual",
            "Greater",
            "GreaterEqual",
            "LogicalAnd",
            "LogicalOr",
            "LogicalNot",
            "IsFinite",
            "IsInf",
            "IsNan",
            "All",
            "Any");

    private final Findings findings;
    private final List<TensorSpec> inputs = new ArrayList<>();
    private final List<String> unranked = new ArrayList<>();
    private final Map<String, Attributes> made = new LinkedHashMap<>();
    private final Set<String> read = new HashSet<>();
    private long scalars;
    private long scalarBytes;
    private long constants;
    private long constantBytes;
    private long variables;
    private long variableBytes;

    TensorFlowNodes(Findings findings) {
        this.findings = findings;
    }

    /** What the attributes of a node say that matters here. */
    private static final class Attributes {
        private @Nullable ElementType type;
        private int strength = TYPES.size();
        private @Nullable List<Dim> shape;
        private @Nullable List<Dim> output;
        private List<Dim> content = List.of();
        private long contentBytes;

        List<Dim> declared() {
            return shape == null ? List.of() : shape;
        }
    }

    void node(ProtoFields node, boolean main) {
        String name = "";
        String op = "";
        Attributes attributes = new Attributes();
        while (node.next()) {
            if (node.is(1, LENGTH)) {
                name = node.text(LONGEST);
            } else if (node.is(2, LENGTH)) {
                op = node.text(LONGEST);
                findings.operator(op);
            } else if (node.is(3, LENGTH) && main) {
                String input = node.text(LONGEST);
                int colon = input.indexOf(':');
                read.add(colon > 0 ? input.substring(0, colon) : input.startsWith("^") ? input.substring(1) : input);
            } else if (node.is(5, LENGTH)) {
                attribute(node.enter(), attributes);
            }
        }
        ElementType type = FLAGS.contains(op) ? ElementType.BOOL : attributes.type;
        attributes.type = type;
        if (op.equals("Const")) {
            if (type != null && Weights.learned(type)) {
                constant(type, attributes);
            }
        } else if (VARIABLES.contains(op) && type != null) {
            long elements = Weights.elements(attributes.declared());
            variables = Weights.sum(variables, elements);
            variableBytes = Weights.sum(variableBytes, type.bytes(elements));
        } else if (PLACEHOLDERS.contains(op) && main && type != null) {
            if (op.endsWith("Default")) {
                findings.append("may be left out", name);
            }
            if (attributes.shape == null) {
                unranked.add(name);
            }
            inputs.add(new TensorSpec(name, type, attributes.declared()));
        } else if (main && !op.equals("NoOp") && type != null) {
            made.put(name, attributes);
        }
    }

    private void constant(ElementType type, Attributes attributes) {
        long elements = Weights.elements(attributes.content);
        long bytes = Math.min(attributes.contentBytes, type.bytes(elements));
        if (elements == 1) {
            scalars++;
            scalarBytes += bytes;
        } else {
            constants = Weights.sum(constants, elements);
            constantBytes = Weights.sum(constantBytes, bytes);
        }
    }

    private static void attribute(ProtoFields entry, Attributes into) {
        String key = "";
        while (entry.next()) {
            if (entry.is(1, LENGTH)) {
                key = entry.text(LONGEST);
            } else if (entry.is(2, LENGTH)) {
                ProtoFields value = entry.enter();
                int strength = TYPES.indexOf(key);
                while (value.next()) {
                    if (value.is(6, VARINT) && strength >= 0 && strength < into.strength) {
                        into.type = TensorFlowTypes.element((int) value.value());
                        into.strength = strength;
                    } else if (value.is(7, LENGTH) && key.equals("shape")) {
                        into.shape = TensorFlowTypes.shape(value.enter());
                    } else if (value.is(8, LENGTH) && key.equals("value")) {
                        content(value.enter(), value.length(), into);
                    } else if (value.is(1, LENGTH) && key.equals("_output_shapes")) {
                        into.output = firstShape(value.enter());
                    }
                }
            }
        }
    }

    private static void content(ProtoFields tensor, long bytes, Attributes into) {
        into.contentBytes = bytes;
        while (tensor.next()) {
            if (tensor.is(2, LENGTH)) {
                List<Dim> shape = TensorFlowTypes.shape(tensor.enter());
                into.content = shape == null ? List.of() : shape;
            } else if (tensor.is(4, LENGTH)) {
                into.contentBytes = tensor.length();
            }
        }
    }

    private static @Nullable List<Dim> firstShape(ProtoFields list) {
        while (list.next()) {
            if (list.is(7, LENGTH)) {
                return TensorFlowTypes.shape(list.enter());
            }
        }
        return null;
    }

    /** Variables as the graph declares them: without an index nobody knows which of them training alone needs. */
    void countVariables() {
        if (variables > 0) {
            findings.weight(variables, variableBytes);
        }
    }

    /** A frozen graph keeps all weights as constants; beside variables, a constant of one element is a setting. */
    void countConstants(boolean besideVariables) {
        findings.weight(constants, constantBytes);
        if (!besideVariables) {
            findings.weight(scalars, scalarBytes);
        }
    }

    /** Placeholders, and the values that no node reads. */
    void signature() {
        List<TensorSpec> outputs = new ArrayList<>();
        List<String> open = new ArrayList<>(unranked);
        made.forEach((name, attributes) -> {
            ElementType type = attributes.type;
            if (!read.contains(name) && type != null) {
                List<Dim> shape = attributes.output;
                if (shape == null) {
                    open.add(name);
                }
                outputs.add(new TensorSpec(name, type, shape == null ? List.of() : shape));
            }
        });
        if (!outputs.isEmpty()) {
            findings.signature(new Signature(inputs, outputs));
            findings.warn("The graph names no outputs; values that no node reads are listed.");
            open.forEach(findings::unranked);
        }
    }
}
