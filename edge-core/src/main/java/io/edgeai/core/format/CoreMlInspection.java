package io.edgeai.core.format;

import static io.edgeai.core.format.ProtoFields.LENGTH;
import static io.edgeai.core.format.ProtoFields.VARINT;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A Core ML model: type, features, layers and their weights. Field numbers are those of Model.proto,
 * FeatureTypes.proto and NeuralNetwork.proto of coremltools.
 */
final class CoreMlInspection {
    private static final int LONGEST = 256;
    private static final int DEEPEST = 16;

    /** {@code Model.proto}, the {@code Type} oneof. */
    private static final Map<Integer, String> TYPES = Map.ofEntries(
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

    /** {@code NeuralNetworkLayer}, the layers most models are made of. */
    private static final Map<Integer, String> LAYERS = Map.ofEntries(
            Map.entry(100, "convolution"),
            Map.entry(120, "pooling"),
            Map.entry(130, "activation"),
            Map.entry(140, "innerProduct"),
            Map.entry(150, "embedding"),
            Map.entry(160, "batchnorm"),
            Map.entry(165, "mvn"),
            Map.entry(170, "l2normalize"),
            Map.entry(175, "softmax"),
            Map.entry(180, "lrn"),
            Map.entry(190, "crop"),
            Map.entry(200, "padding"),
            Map.entry(210, "upsample"),
            Map.entry(211, "resizeBilinear"),
            Map.entry(212, "cropResize"),
            Map.entry(220, "unary"),
            Map.entry(230, "add"),
            Map.entry(231, "multiply"),
            Map.entry(240, "average"),
            Map.entry(245, "scale"),
            Map.entry(250, "bias"),
            Map.entry(260, "max"),
            Map.entry(261, "min"),
            Map.entry(270, "dot"),
            Map.entry(280, "reduce"),
            Map.entry(290, "loadConstant"),
            Map.entry(300, "reshape"),
            Map.entry(301, "flatten"),
            Map.entry(310, "permute"),
            Map.entry(320, "concat"),
            Map.entry(330, "split"),
            Map.entry(340, "sequenceRepeat"),
            Map.entry(345, "reorganizeData"),
            Map.entry(350, "slice"),
            Map.entry(400, "simpleRecurrent"),
            Map.entry(410, "gru"),
            Map.entry(420, "uniDirectionalLSTM"),
            Map.entry(430, "biDirectionalLSTM"),
            Map.entry(500, "custom"));

    /** Which fields of a layer hold {@code WeightParams}. */
    private static final Map<Integer, Set<Integer>> WEIGHTS = Map.of(
            100, Set.of(90, 91),
            140, Set.of(20, 21),
            150, Set.of(20, 21),
            160, Set.of(15, 16, 17, 18),
            245, Set.of(2, 5),
            250, Set.of(2),
            290, Set.of(2));

    private final Findings findings;
    private final List<TensorSpec> inputs = new ArrayList<>();
    private final List<TensorSpec> outputs = new ArrayList<>();
    private long parameters;
    private long weightBytes;
    private boolean counted;
    private boolean uncounted;

    private CoreMlInspection(Findings findings) {
        this.findings = findings;
    }

    static void inspect(FileView file, Findings findings) {
        CoreMlInspection inspection = new CoreMlInspection(findings);
        inspection.model(ProtoFields.of(file), 0);
        if (!inspection.outputs.isEmpty()) {
            findings.signature(new Signature(inspection.inputs, inspection.outputs));
        }
        if (inspection.counted) {
            findings.weights(inspection.parameters, inspection.weightBytes);
        }
        if (inspection.uncounted && inspection.counted) {
            findings.warn("Weights of recurrent and custom layers are not counted.");
        }
    }

    private void model(ProtoFields model, int depth) {
        if (depth > DEEPEST) {
            return;
        }
        while (model.next()) {
            if (model.is(1, VARINT) && depth == 0) {
                findings.formatVersion("specification " + model.value());
            } else if (model.is(2, LENGTH) && depth == 0) {
                description(model.enter());
            } else if (model.number() >= 200 && model.wire() == LENGTH) {
                String type = TYPES.getOrDefault(model.number(), "field " + model.number());
                if (depth == 0) {
                    findings.note("type", type);
                } else {
                    findings.operator(type);
                }
                content(model.number(), model.enter(), depth);
            }
        }
    }

    private void content(int type, ProtoFields content, int depth) {
        switch (type) {
            case 200, 201 -> {
                while (content.next()) {
                    if (content.is(1, LENGTH)) {
                        pipeline(content.enter(), depth);
                    }
                }
            }
            case 202 -> pipeline(content, depth);
            case 303, 403, 500 -> {
                counted = true;
                while (content.next()) {
                    if (content.is(1, LENGTH)) {
                        layer(content.enter());
                    }
                }
            }
            default -> {} // classic models: their type says it
        }
    }

    private void pipeline(ProtoFields pipeline, int depth) {
        while (pipeline.next()) {
            if (pipeline.is(1, LENGTH)) {
                model(pipeline.enter(), depth + 1);
            }
        }
    }

    private void layer(ProtoFields layer) {
        while (layer.next()) {
            int number = layer.number();
            if (number >= 100 && layer.wire() == LENGTH) {
                findings.operator(LAYERS.getOrDefault(number, "layer " + number));
                uncounted |= number >= 400 && number <= 500;
                Set<Integer> fields = WEIGHTS.getOrDefault(number, Set.of());
                ProtoFields parts = layer.enter();
                while (!fields.isEmpty() && parts.next()) {
                    if (fields.contains(parts.number()) && parts.wire() == LENGTH) {
                        weights(parts.enter());
                    }
                }
            }
        }
    }

    /** {@code WeightParams}: floats, halves, or integers of 1 to 8 bits with a scale or a table. */
    private void weights(ProtoFields weights) {
        long raw = 0;
        long bits = 8;
        while (weights.next()) {
            switch (weights.number()) {
                case 1 -> {
                    weightBytes += weights.length();
                    parameters += weights.length() / 4;
                }
                case 2 -> {
                    weightBytes += weights.length();
                    parameters += weights.length() / 2;
                }
                case 30 -> raw += weights.length();
                case 40 -> {
                    ProtoFields quantization = weights.enter();
                    while (quantization.next()) {
                        bits = quantization.is(1, VARINT) && quantization.value() > 0 ? quantization.value() : bits;
                    }
                    findings.note("quantization", bits + " bits");
                }
                default -> {} // whether it may be trained
            }
        }
        weightBytes += raw;
        parameters += raw * 8 / Math.max(1, Math.min(64, bits));
    }

    private void description(ProtoFields description) {
        while (description.next()) {
            if (description.is(1, LENGTH)) {
                feature("inputs", description.enter(), inputs);
            } else if (description.is(10, LENGTH)) {
                feature("outputs", description.enter(), outputs);
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

    private void feature(String key, ProtoFields feature, List<TensorSpec> specs) {
        String name = "";
        while (feature.next()) {
            if (feature.is(1, LENGTH)) {
                name = feature.text(LONGEST);
                findings.metadata.merge(key, name, (a, b) -> a + "," + b);
            } else if (feature.is(3, LENGTH)) {
                ProtoFields type = feature.enter();
                while (type.next()) {
                    if (type.number() < 1000) {
                        type(name, type.number(), type.enter(), specs);
                    }
                }
            }
        }
    }

    private void type(String name, int kind, ProtoFields type, List<TensorSpec> specs) {
        switch (kind) {
            case 1 -> specs.add(new TensorSpec(name, ElementType.INT64, List.of()));
            case 2 -> specs.add(new TensorSpec(name, ElementType.DOUBLE, List.of()));
            case 3 -> specs.add(new TensorSpec(name, ElementType.STRING, List.of()));
            case 4 -> image(name, type, specs);
            case 5 -> array(name, type, specs);
            default -> findings.warn("Feature (" + name + ") is no tensor and left out of the signature.");
        }
    }

    private void image(String name, ProtoFields image, List<TensorSpec> specs) {
        long width = -1;
        long height = -1;
        long channels = 3;
        while (image.next()) {
            if (image.is(1, VARINT)) {
                width = image.value();
            } else if (image.is(2, VARINT)) {
                height = image.value();
            } else if (image.is(3, VARINT)) {
                channels = image.value() == 10 ? 1 : 3; // gray or coloured
            }
        }
        findings.note("image " + name, width + " x " + height + (channels == 1 ? ", gray" : ", colour"));
        specs.add(TensorSpec.of(name, ElementType.UINT8, channels, height, width));
    }

    private static void array(String name, ProtoFields array, List<TensorSpec> specs) {
        List<Dim> dims = new ArrayList<>();
        ElementType type = ElementType.FLOAT;
        while (array.next()) {
            if (array.is(1, VARINT)) {
                dims.add(Dim.of(array.value()));
            } else if (array.is(1, LENGTH)) {
                array.packed().forEach(size -> dims.add(Dim.of(size)));
            } else if (array.is(2, VARINT)) {
                type = switch ((int) array.value()) {
                    case 65552 -> ElementType.FLOAT16;
                    case 65600 -> ElementType.DOUBLE;
                    case 131104 -> ElementType.INT32;
                    default -> ElementType.FLOAT;
                };
            }
        }
        specs.add(new TensorSpec(name, type, dims));
    }
}
