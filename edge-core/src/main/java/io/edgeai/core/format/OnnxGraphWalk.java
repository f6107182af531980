package io.edgeai.core.format;

import static io.edgeai.core.format.ProtoFields.LENGTH;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.Signature;
import org.jspecify.annotations.Nullable;

/**
 * The graphs of an ONNX model, nested ones too: operators, constants, and what the outermost takes and gives. Field
 * numbers are those of onnx.proto's {@code GraphProto}, {@code NodeProto} and {@code AttributeProto}. Not thread-safe.
 */
final class OnnxGraphWalk {
    private static final int LONGEST = 1024;
    private static final int DEEPEST = 32;
    private static final long MOST_NODES = 5_000_000;
    private static final int TENSOR = 4;
    private static final int GRAPH = 5;
    private static final int TENSORS = 9;
    private static final int GRAPHS = 10;

    private final Findings findings;
    private final OnnxConstants constants;
    private final OnnxValues values;
    private long nodes;

    OnnxGraphWalk(FileView file, Findings findings) {
        this.findings = findings;
        this.constants = new OnnxConstants(file);
        this.values = new OnnxValues(findings);
    }

    /** @throws ModelFormatException where the walk ended before the message did */
    static void whole(ProtoFields fields) {
        if (fields.broken()) {
            throw new ModelFormatException("it begins like ONNX but is damaged: a message in it "
                    + (fields.cut() ? "is longer than the one around it" : "has a field of no known form")
                    + ". Maybe fetch it again.");
        }
    }

    /** The model's own graph, which is the current field. */
    void model(ProtoFields field) {
        graph(field.enter(), 0, values.names());
        ProtoFields graph = field.enter(); // again: only now are the names of all constants known
        while (graph.next()) {
            switch (graph.number()) {
                case 2 -> findings.note("graph", graph.text(LONGEST));
                case 11 -> values.input(graph.enter());
                case 12 -> values.output(graph.enter());
                default -> {} // walked before
            }
        }
    }

    void report() {
        findings.weights(constants.elements(), constants.bytes());
        findings.signature(new Signature(values.inputs(), values.outputs()));
    }

    private void graph(ProtoFields graph, int depth, @Nullable NameHashes names) {
        if (depth > DEEPEST) {
            throw new ModelFormatException("it nests graphs deeper than (" + DEEPEST + "). Maybe the file is damaged.");
        }
        while (graph.next()) {
            if (graph.is(1, LENGTH)) {
                if (++nodes > MOST_NODES) {
                    throw new ModelFormatException(
                            "it has more than (" + MOST_NODES + ") nodes. Maybe the file is damaged.");
                }
                node(graph.enter(), depth);
            } else if (graph.is(5, LENGTH)) {
                constants.add(graph.enter(), true, names);
            }
        }
        whole(graph);
    }

    private void node(ProtoFields node, int depth) {
        String op = "";
        String domain = "";
        ProtoFields again = node.again();
        boolean attributes = false;
        while (node.next()) {
            if (node.is(4, LENGTH)) {
                op = node.text(LONGEST);
            } else if (node.is(7, LENGTH)) {
                domain = node.text(LONGEST);
            }
            attributes |= node.is(5, LENGTH);
        }
        whole(node);
        boolean standard = domain.isEmpty() || domain.equals("ai.onnx");
        findings.operator(standard ? op : domain + "." + op);
        while (attributes && again.next()) {
            if (again.is(5, LENGTH)) {
                attribute(again.enter(), op.equals("Constant"), depth);
            }
        }
    }

    private void attribute(ProtoFields attribute, boolean constant, int depth) {
        ProtoFields again = attribute.again();
        long type = 0;
        boolean value = false;
        boolean reference = false;
        boolean tensor = false;
        boolean graph = false;
        while (attribute.next()) {
            switch (attribute.number()) {
                case 1 -> value = constant && attribute.text(LONGEST).equals("value");
                case 5 -> tensor = true;
                case 6 -> graph = true;
                case 20 -> type = attribute.value();
                case 21 -> reference = attribute.length() > 0;
                default -> {} // plain values
            }
        }
        whole(attribute);
        if (!reference && (type == TENSOR && !tensor || type == GRAPH && !graph)) {
            throw new ModelFormatException("an attribute should hold a " + (type == GRAPH ? "graph" : "tensor")
                    + " but holds none. Maybe the file is damaged.");
        }
        while (!reference && again.next()) {
            if (again.wire() != LENGTH) {
                continue;
            }
            switch (again.number()) {
                case 5 -> {
                    if (type == 0 || type == TENSOR) {
                        constants.add(again.enter(), value, null);
                    }
                }
                case 10 -> {
                    if (type == 0 || type == TENSORS) {
                        constants.add(again.enter(), false, null);
                    }
                }
                case 6 -> nested(again, type == 0 || type == GRAPH, depth);
                case 11 -> nested(again, type == 0 || type == GRAPHS, depth);
                default -> {} // plain values
            }
        }
    }

    private void nested(ProtoFields field, boolean meant, int depth) {
        if (meant) {
            graph(field.enter(), depth + 1, null);
        }
    }
}
