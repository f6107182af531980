package io.edgeai.core.format;

import static io.edgeai.core.format.ProtoFields.LENGTH;
import static io.edgeai.core.format.ProtoFields.VARINT;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a TensorFlow graph: how many of each operator, weights among its constants, and which values go in and
 * come out where no signature says so. Field numbers are those of node_def.proto and attr_value.proto.
 */
final class TensorFlowNodes {
    private static final int LONGEST = 256;
    private static final int MOST_OPEN = 8;
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

    /** A node as far as it matters here. */
    private static final class Node {
        private final Attributes attributes = new Attributes();
        private String name = "";
        private long hash;
        private String op = "";

        Node(ProtoFields node) {
            while (node.next()) {
                if (node.is(1, LENGTH)) {
                    name = node.text(LONGEST);
                    hash = node.hash();
                } else if (node.is(2, LENGTH)) {
                    op = node.text(LONGEST);
                } else if (node.is(5, LENGTH)) {
                    attribute(node.enter(), attributes);
                }
            }
            if (FLAGS.contains(op)) {
                attributes.type = ElementType.BOOL;
            }
        }

        boolean placeholder() {
            return PLACEHOLDERS.contains(op) && attributes.type != null;
        }

        /** Whether it gives a value that another may read. */
        boolean made() {
            return attributes.type != null
                    && !op.equals("Const")
                    && !VARIABLES.contains(op)
                    && !PLACEHOLDERS.contains(op)
                    && !op.equals("NoOp");
        }
    }

    void node(ProtoFields message, boolean main) {
        Node node = new Node(message);
        ElementType type = node.attributes.type;
        findings.operator(node.op);
        if (node.op.equals("Const")) {
            if (type != null && Weights.learned(type)) {
                constant(type, node.attributes);
            }
        } else if (VARIABLES.contains(node.op) && type != null) {
            long elements = Weights.elements(node.attributes.declared());
            variables = Weights.sum(variables, elements);
            variableBytes = Weights.sum(variableBytes, type.bytes(elements));
        } else if (main && node.placeholder() && node.op.endsWith("Default")) {
            findings.append("may be left out", node.name);
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

    /** Placeholders, and the values that no node reads, of graphs that are walked once more. */
    void signature(List<ProtoFields> graphs) {
        NameHashes made = new NameHashes();
        each(graphs, message -> {
            Node node = new Node(message);
            if (node.made()) {
                made.add(node.hash);
            }
        });
        each(graphs, message -> {
            while (message.next()) {
                if (message.is(3, LENGTH)) {
                    made.mark(source(message));
                }
            }
        });
        List<TensorSpec> inputs = new ArrayList<>();
        List<TensorSpec> outputs = new ArrayList<>();
        List<String> open = new ArrayList<>();
        each(graphs, message -> {
            Node node = new Node(message);
            ElementType type = node.attributes.type;
            boolean output = type != null && node.made() && made.unmarked(node.hash);
            if (type == null || !output && !node.placeholder()) {
                return;
            }
            List<Dim> shape = output ? node.attributes.output : node.attributes.shape;
            if (shape == null && open.size() < MOST_OPEN) {
                open.add(node.name);
            }
            findings.list(
                    output ? outputs : inputs, new TensorSpec(node.name, type, shape == null ? List.of() : shape));
        });
        if (!outputs.isEmpty()) {
            findings.signature(new Signature(inputs, outputs));
            findings.warn("The graph names no outputs; values that no node reads are listed.");
            open.forEach(findings::unranked);
        }
    }

    private static void each(List<ProtoFields> graphs, Consumer<ProtoFields> node) {
        for (ProtoFields start : graphs) {
            ProtoFields graph = start.again();
            while (graph.next()) {
                if (graph.is(1, LENGTH)) {
                    node.accept(graph.enter());
                }
            }
        }
    }

    /** Which node an input comes from: {@code name}, {@code name:1}, or {@code ^name} where only its turn matters. */
    private static long source(ProtoFields input) {
        long to = 0;
        while (to < input.length() && (to == 0 || input.byteAt(to) != ':')) {
            to++;
        }
        boolean whole = to == input.length();
        return input.hash(whole && to > 0 && input.byteAt(0) == '^' ? 1 : 0, to);
    }
}
