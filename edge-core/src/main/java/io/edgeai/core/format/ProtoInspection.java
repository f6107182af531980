package io.edgeai.core.format;

import static io.edgeai.core.format.ProtoFields.LENGTH;
import static io.edgeai.core.format.ProtoFields.VARINT;

import java.util.Map;

/** What the protobuf headers of TensorFlow and Core ML models tell without loading weights. */
final class ProtoInspection {
    private static final int LONGEST = 256;

    /** Core ML {@code Model.proto}, the {@code Type} oneof. */
    private static final Map<Integer, String> COREML_TYPES = Map.ofEntries(
            Map.entry(200, "pipelineClassifier"),
            Map.entry(201, "pipelineRegressor"),
            Map.entry(202, "pipeline"),
            Map.entry(300, "glmRegressor"),
            Map.entry(301, "supportVectorRegressor"),
            Map.entry(302, "treeEnsembleRegressor"),
            Map.entry(303, "neuralNetworkRegressor"),
            Map.entry(304, "bayesianProbitRegressor"),
            Map.entry(400, "glmClassifier"),
            Map.entry(401, "supportVectorClassifier"),
            Map.entry(402, "treeEnsembleClassifier"),
            Map.entry(403, "neuralNetworkClassifier"),
            Map.entry(404, "kNearestNeighborsClassifier"),
            Map.entry(500, "neuralNetwork"),
            Map.entry(501, "itemSimilarityRecommender"),
            Map.entry(502, "mlProgram"),
            Map.entry(600, "oneHotEncoder"),
            Map.entry(601, "imputer"),
            Map.entry(602, "featureVectorizer"),
            Map.entry(603, "dictVectorizer"),
            Map.entry(604, "scaler"),
            Map.entry(606, "categoricalMapping"),
            Map.entry(607, "normalizer"),
            Map.entry(609, "arrayFeatureExtractor"),
            Map.entry(610, "nonMaximumSuppression"),
            Map.entry(900, "identity"));

    private ProtoInspection() {}

    static void savedModel(FileView file, Findings findings) {
        ProtoFields model = ProtoFields.of(file);
        while (model.next()) {
            if (model.is(1, VARINT)) {
                findings.formatVersion("schema " + model.value());
            } else if (model.is(2, LENGTH)) {
                ProtoFields meta = model.enter();
                while (meta.next()) {
                    if (meta.is(1, LENGTH)) {
                        metaInfo(meta.enter(), findings);
                    } else if (meta.is(2, LENGTH)) {
                        graph(meta.enter(), findings);
                    }
                }
            }
        }
    }

    private static void metaInfo(ProtoFields info, Findings findings) {
        while (info.next()) {
            if (info.is(4, LENGTH)) {
                findings.metadata.merge("tags", info.text(LONGEST), (a, b) -> a + "," + b);
            } else if (info.is(5, LENGTH)) {
                findings.producer("TensorFlow " + info.text(LONGEST));
            }
        }
    }

    /** A GraphDef: operators of the main graph and of its library of functions. */
    static void graph(ProtoFields graph, Findings findings) {
        while (graph.next()) {
            if (graph.is(1, LENGTH)) {
                node(graph.enter(), findings);
            } else if (graph.is(2, LENGTH)) {
                ProtoFields library = graph.enter();
                while (library.next()) {
                    if (library.is(1, LENGTH)) {
                        function(library.enter(), findings);
                    }
                }
            }
        }
    }

    private static void function(ProtoFields function, Findings findings) {
        while (function.next()) {
            if (function.is(3, LENGTH)) {
                node(function.enter(), findings);
            }
        }
    }

    private static void node(ProtoFields node, Findings findings) {
        while (node.next()) {
            if (node.is(2, LENGTH)) {
                findings.operator(node.text(LONGEST));
                return;
            }
        }
    }

    static void coreml(FileView file, Findings findings) {
        ProtoFields model = ProtoFields.of(file);
        while (model.next()) {
            if (model.is(1, VARINT)) {
                findings.formatVersion("specification " + model.value());
            } else if (model.is(2, LENGTH)) {
                description(model.enter(), findings);
            } else if (model.number() >= 200) {
                findings.note("type", COREML_TYPES.getOrDefault(model.number(), "field " + model.number()));
            }
        }
    }

    private static void description(ProtoFields description, Findings findings) {
        while (description.next()) {
            if (description.is(1, LENGTH)) {
                feature("inputs", description.enter(), findings);
            } else if (description.is(10, LENGTH)) {
                feature("outputs", description.enter(), findings);
            } else if (description.is(100, LENGTH)) {
                ProtoFields metadata = description.enter();
                while (metadata.next()) {
                    switch (metadata.number()) {
                        case 1 -> findings.note("description", metadata.text(LONGEST));
                        case 2 -> findings.note("version", metadata.text(LONGEST));
                        case 3 -> findings.note("author", metadata.text(LONGEST));
                        case 4 -> findings.note("license", metadata.text(LONGEST));
                        default -> {} // user-defined entries are left out
                    }
                }
            }
        }
    }

    private static void feature(String key, ProtoFields feature, Findings findings) {
        while (feature.next()) {
            if (feature.is(1, LENGTH)) {
                findings.metadata.merge(key, feature.text(LONGEST), (a, b) -> a + "," + b);
                return;
            }
        }
    }
}
