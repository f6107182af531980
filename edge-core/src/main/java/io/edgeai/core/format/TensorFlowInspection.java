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
 * A TensorFlow SavedModel or GraphDef: operators, signatures, and weights as far as the graph holds or declares them.
 * Field numbers are those of saved_model.proto, meta_graph.proto, graph.proto, node_def.proto and tensor_shape.proto.
 */
final class TensorFlowInspection {
    private static final int LONGEST = 256;
    private static final Set<String> VARIABLES = Set.of("VarHandleOp", "VariableV2", "Variable");

    private final Findings findings;
    private final List<TensorSpec> placeholders = new ArrayList<>();
    private final Map<String, ElementType> made = new LinkedHashMap<>();
    private final Set<String> read = new HashSet<>();
    private long constants;
    private long constantBytes;
    private long variables;
    private long variableBytes;
    private boolean signed;

    private TensorFlowInspection(Findings findings) {
        this.findings = findings;
    }

    static void savedModel(FileView file, Findings findings) {
        TensorFlowInspection inspection = new TensorFlowInspection(findings);
        ProtoFields model = ProtoFields.of(file);
        while (model.next()) {
            if (model.is(1, VARINT)) {
                findings.formatVersion("schema " + model.value());
            } else if (model.is(2, LENGTH)) {
                inspection.metaGraph(model.enter());
            }
        }
        inspection.finish();
    }

    static void graphDef(FileView file, Findings findings) {
        TensorFlowInspection inspection = new TensorFlowInspection(findings);
        inspection.graph(ProtoFields.of(file));
        inspection.finish();
    }

    private void metaGraph(ProtoFields meta) {
        while (meta.next()) {
            if (meta.is(1, LENGTH)) {
                metaInfo(meta.enter());
            } else if (meta.is(2, LENGTH)) {
                graph(meta.enter());
            } else if (meta.is(5, LENGTH)) {
                signature(meta.enter());
            }
        }
    }

    private void metaInfo(ProtoFields info) {
        while (info.next()) {
            if (info.is(4, LENGTH)) {
                findings.metadata.merge("tags", info.text(LONGEST), (a, b) -> a + "," + b);
            } else if (info.is(5, LENGTH)) {
                findings.producer("TensorFlow " + info.text(LONGEST));
            }
        }
    }

    /** One entry of the map of signatures; {@code serving_default} or else the first becomes the model's. */
    private void signature(ProtoFields entry) {
        String key = "";
        List<TensorSpec> inputs = new ArrayList<>();
        List<TensorSpec> outputs = new ArrayList<>();
        while (entry.next()) {
            if (entry.is(1, LENGTH)) {
                key = entry.text(LONGEST);
            } else if (entry.is(2, LENGTH)) {
                ProtoFields definition = entry.enter();
                while (definition.next()) {
                    if (definition.is(1, LENGTH)) {
                        tensor(definition.enter(), inputs);
                    } else if (definition.is(2, LENGTH)) {
                        tensor(definition.enter(), outputs);
                    }
                }
            }
        }
        findings.note("signature " + key, "inputs " + inputs + ", outputs " + outputs);
        if (!outputs.isEmpty() && (!signed || key.equals("serving_default"))) {
            findings.signature(new Signature(inputs, outputs));
            signed = true;
        }
    }

    private void tensor(ProtoFields entry, List<TensorSpec> specs) {
        String alias = "";
        ElementType type = null;
        List<Dim> dims = List.of();
        while (entry.next()) {
            if (entry.is(1, LENGTH)) {
                alias = entry.text(LONGEST);
            } else if (entry.is(2, LENGTH)) {
                ProtoFields info = entry.enter();
                while (info.next()) {
                    if (info.is(2, VARINT)) {
                        type = element((int) info.value());
                    } else if (info.is(3, LENGTH)) {
                        dims = shape(info.enter());
                    }
                }
            }
        }
        if (type == null) {
            findings.warn("Tensor (" + alias + ") has a type this version does not know.");
        } else {
            specs.add(new TensorSpec(alias, type, dims));
        }
    }

    private static List<Dim> shape(ProtoFields shape) {
        List<Dim> dims = new ArrayList<>();
        while (shape.next()) {
            if (shape.is(2, LENGTH)) {
                long size = 0; // proto3 leaves zeros out
                ProtoFields dim = shape.enter();
                while (dim.next()) {
                    size = dim.is(1, VARINT) ? dim.value() : size;
                }
                dims.add(Dim.of(size));
            }
        }
        return dims;
    }

    /** Operators of the main graph and of its library of functions. */
    private void graph(ProtoFields graph) {
        while (graph.next()) {
            if (graph.is(1, LENGTH)) {
                node(graph.enter(), true);
            } else if (graph.is(2, LENGTH)) {
                ProtoFields library = graph.enter();
                while (library.next()) {
                    if (library.is(1, LENGTH)) {
                        ProtoFields function = library.enter();
                        while (function.next()) {
                            if (function.is(3, LENGTH)) {
                                node(function.enter(), false);
                            }
                        }
                    }
                }
            }
        }
    }

    /** What the attributes of a node say that matters here. */
    private static final class Attributes {
        private @Nullable ElementType type;
        private List<Dim> shape = List.of();
        private long tensorBytes;
    }

    private void node(ProtoFields node, boolean main) {
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
        long elements = 1;
        for (Dim dim : attributes.shape) {
            long size = Math.max(0, dim.size());
            elements = size > 0 && elements > Long.MAX_VALUE / 64 / size ? 0 : elements * size;
        }
        ElementType type = attributes.type;
        if (op.equals("Const") && type == ElementType.STRING) {
            return; // names of files and such, no weights
        }
        if (op.equals("Const")) {
            constants += elements;
            constantBytes += attributes.tensorBytes;
        } else if (VARIABLES.contains(op) && type != null) {
            variables += elements;
            variableBytes += type.bytes(elements);
        } else if (op.equals("Placeholder") && main && type != null) {
            placeholders.add(new TensorSpec(name, type, attributes.shape));
        } else if (main && !op.equals("NoOp") && type != null) {
            made.put(name, type);
        }
    }

    private static void attribute(ProtoFields entry, Attributes into) {
        String key = "";
        while (entry.next()) {
            if (entry.is(1, LENGTH)) {
                key = entry.text(LONGEST);
            } else if (entry.is(2, LENGTH)) {
                ProtoFields value = entry.enter();
                while (value.next()) {
                    if (value.is(6, VARINT) && (key.equals("dtype") || key.equals("T") || key.equals("Tout"))) {
                        into.type = element((int) value.value());
                    } else if (value.is(7, LENGTH) && key.equals("shape")) {
                        into.shape = shape(value.enter());
                    } else if (value.is(8, LENGTH) && key.equals("value")) {
                        into.tensorBytes = value.length();
                        ProtoFields tensor = value.enter();
                        while (tensor.next()) {
                            if (tensor.is(2, LENGTH)) {
                                into.shape = shape(tensor.enter());
                            }
                        }
                    }
                }
            }
        }
    }

    private void finish() {
        findings.weights(constants + variables, constantBytes + variableBytes);
        if (!signed && !placeholders.isEmpty()) {
            List<TensorSpec> outputs = new ArrayList<>();
            made.forEach((name, type) -> {
                if (!read.contains(name)) {
                    outputs.add(new TensorSpec(name, type, List.of()));
                }
            });
            if (!outputs.isEmpty()) {
                findings.signature(new Signature(placeholders, outputs));
                findings.warn("The graph names no outputs; values that no node reads are listed, without shapes.");
            }
        }
    }

    /** {@code DataType} of types.proto. */
    private static @Nullable ElementType element(int code) {
        return switch (code) {
            case 1 -> ElementType.FLOAT;
            case 2 -> ElementType.DOUBLE;
            case 3 -> ElementType.INT32;
            case 4 -> ElementType.UINT8;
            case 5 -> ElementType.INT16;
            case 6 -> ElementType.INT8;
            case 7 -> ElementType.STRING;
            case 8 -> ElementType.COMPLEX64;
            case 9 -> ElementType.INT64;
            case 10 -> ElementType.BOOL;
            case 14 -> ElementType.BFLOAT16;
            case 17 -> ElementType.UINT16;
            case 18 -> ElementType.COMPLEX128;
            case 19 -> ElementType.FLOAT16;
            case 22 -> ElementType.UINT32;
            case 23 -> ElementType.UINT64;
            default -> null;
        };
    }
}
