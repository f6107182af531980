package io.edgeai.core.format;

import static io.edgeai.core.format.ProtoFields.LENGTH;
import static io.edgeai.core.format.ProtoFields.VARINT;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.TensorSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A TensorFlow SavedModel or GraphDef: operators, signatures, and weights as far as the graph holds them or the index of
 * variables names them. Field numbers are those of saved_model.proto, meta_graph.proto, graph.proto and versions.proto.
 */
final class TensorFlowInspection {
    private static final int LONGEST = 256;
    private static final int MOST_GRAPHS = 1000;
    private static final int MOST_NAMED = 64;

    private final Findings findings;
    private final TensorFlowNodes nodes;
    private final Map<String, Integer> functions = new LinkedHashMap<>();
    private final List<ProtoFields> graphs = new ArrayList<>();
    private boolean signed;

    private TensorFlowInspection(Findings findings) {
        this.findings = findings;
        this.nodes = new TensorFlowNodes(findings);
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
        inspection.finish(file.path().toAbsolutePath().getParent());
    }

    static void graphDef(FileView file, Findings findings) {
        TensorFlowInspection inspection = new TensorFlowInspection(findings);
        inspection.graph(ProtoFields.of(file));
        inspection.finish(null);
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
                findings.append("tags", info.text(LONGEST));
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
        List<String> unranked = new ArrayList<>();
        while (entry.next()) {
            if (entry.is(1, LENGTH)) {
                key = entry.text(LONGEST);
            } else if (entry.is(2, LENGTH)) {
                ProtoFields definition = entry.enter();
                while (definition.next()) {
                    if (definition.is(1, LENGTH)) {
                        tensor(definition.enter(), inputs, unranked);
                    } else if (definition.is(2, LENGTH)) {
                        tensor(definition.enter(), outputs, unranked);
                    }
                }
            }
        }
        if (key.startsWith("__saved_model_")) {
            return; // runs once when the model is loaded; no tensors come or go
        }
        findings.note("signature " + key, "inputs " + first(inputs) + ", outputs " + first(outputs));
        findings.signature(key, new Signature(inputs, outputs));
        if (!outputs.isEmpty() && (!signed || key.equals("serving_default"))) {
            findings.signature(new Signature(inputs, outputs));
            unranked.forEach(findings::unranked);
            signed = true;
        }
    }

    private static List<TensorSpec> first(List<TensorSpec> specs) {
        return specs.subList(0, Math.min(MOST_NAMED, specs.size()));
    }

    private void tensor(ProtoFields entry, List<TensorSpec> specs, List<String> unranked) {
        String alias = "";
        List<Dim> dims = null;
        int code = 0; // proto3 leaves zeros out; 0 marks an operation that gives no tensor
        while (entry.next()) {
            if (entry.is(1, LENGTH)) {
                alias = entry.text(LONGEST);
            } else if (entry.is(2, LENGTH)) {
                ProtoFields info = entry.enter();
                while (info.next()) {
                    if (info.is(2, VARINT)) {
                        code = (int) info.value();
                    } else if (info.is(3, LENGTH)) {
                        dims = TensorFlowTypes.shape(info.enter());
                    }
                }
            }
        }
        if (code == 0) {
            return;
        }
        ElementType type = TensorFlowTypes.element(code);
        if (type == null) {
            findings.warn("Tensor (" + alias + ") has a type this version does not know.");
            return;
        }
        if (dims == null && unranked.size() < MOST_NAMED) {
            unranked.add(alias);
        }
        findings.list(specs, new TensorSpec(alias, type, dims == null ? List.of() : dims));
    }

    /** Operators of the main graph and of its library of functions. */
    private void graph(ProtoFields graph) {
        if (graphs.size() < MOST_GRAPHS) {
            graphs.add(graph.again());
        }
        while (graph.next()) {
            if (graph.is(1, LENGTH)) {
                nodes.node(graph.enter(), true);
            } else if (graph.is(2, LENGTH)) {
                library(graph.enter());
            } else if (graph.is(4, LENGTH)) {
                versions(graph.enter());
            }
        }
    }

    private void library(ProtoFields library) {
        while (library.next()) {
            if (library.is(1, LENGTH)) {
                functions.merge("functions", 1, Integer::sum);
                ProtoFields function = library.enter();
                while (function.next()) {
                    if (function.is(3, LENGTH)) {
                        nodes.node(function.enter(), false);
                    }
                }
            }
        }
    }

    private void versions(ProtoFields versions) {
        while (versions.next()) {
            if (versions.is(1, VARINT)) {
                findings.note("graph version", Long.toString(versions.value()));
            } else if (versions.is(2, VARINT)) {
                findings.note("oldest reader", "graph version " + versions.value());
            }
        }
    }

    private void finish(@Nullable Path folder) {
        functions.forEach((key, count) -> findings.note(key, count.toString()));
        Path index = folder == null ? null : folder.resolve("variables").resolve("variables.index");
        if (index == null || !Files.isRegularFile(index) || !variables(index)) {
            nodes.countVariables();
        }
        nodes.countConstants(folder != null);
        if (!signed) {
            nodes.signature(graphs);
        }
    }

    private boolean variables(Path index) {
        try (FileView file = FileView.open(index)) {
            SavedVariables variables = new SavedVariables();
            if (VariablesIndex.read(file, variables::add)) {
                variables.report(findings);
                return true;
            }
        }
        findings.warn("The index of variables (" + index.getFileName()
                + ") is damaged; variables are counted as the graph declares them.");
        return false;
    }
}
