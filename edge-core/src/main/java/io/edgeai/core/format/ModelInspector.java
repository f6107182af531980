package io.edgeai.core.format;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Signature;
import io.edgeai.core.onnx.OnnxGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * Says what a model is: format, inputs and outputs, operators, weights, and what can be done with it. Nothing is
 * built of a file but what is told of it, in proportion to its bytes; weights are skipped. Stateless and thread-safe.
 */
public final class ModelInspector {
    private ModelInspector() {}

    /** @throws ModelFormatException where it is no readable model */
    public static ModelInspection inspect(Path given) {
        Path model = MlflowFolder.resolved(given);
        Detected detected = ModelFormatDetector.detected(model);
        long size = size(ModelFiles.of(model, detected.format()));
        Findings findings = new Findings(detected, size);
        switch (detected.format()) {
            case ONNX -> read(model, findings, OnnxInspection::inspect);
            case OPENVINO -> openvino(model, findings);
            case TENSORFLOW -> tensorflow(model, findings);
            case COREML -> coreml(model, findings);
            case PYTORCH -> pytorch(model, findings);
            case HUGGINGFACE -> HuggingFaceInspection.inspect(model, findings);
            case XGBOOST -> read(model, findings, XgboostInspection::inspect);
            case SCIKIT_LEARN -> read(model, findings, SklearnInspection::inspect);
            case TENSORRT -> read(model, findings, EngineInspection::inspect);
            case TFLITE -> read(model, findings, TfliteInspection::inspect);
        }
        return findings.finish(size);
    }

    /** Inputs and outputs of a graph; values that are no tensors are left out. */
    public static Signature signature(OnnxGraph graph) {
        return OnnxInspection.signature(graph);
    }

    /**
     * All that a SavedModel can be asked, by key, in the file's order.
     *
     * @throws ModelFormatException where it is none
     */
    public static Map<String, Signature> signatures(Path given) {
        Path savedModel = MlflowFolder.resolved(given);
        Detected detected = ModelFormatDetector.detected(savedModel);
        if (!detected.variant().equals("SavedModel")) {
            throw new ModelFormatException("Model (" + savedModel + ") is "
                    + detected.format().displayName() + " (" + detected.variant()
                    + "), not a SavedModel. Maybe name the folder that holds saved_model.pb.");
        }
        Findings findings = new Findings(detected, size(ModelFiles.of(savedModel, detected.format())));
        tensorflow(savedModel, findings);
        return findings.signatures();
    }

    private static void openvino(Path model, Findings findings) {
        Path graph = Files.isDirectory(model) ? FolderKind.openvinoGraph(model) : model;
        try (FileView file = FileView.open(graph)) {
            OpenVinoInspection.inspect(file, findings);
        }
        ModelFiles files = ModelFiles.of(graph, ModelFormat.OPENVINO);
        if (files.files().isEmpty()) {
            findings.warn("The weights file (.bin) is not beside the graph.");
        } else {
            findings.weightFile(size(files) - length(graph));
        }
    }

    private static void tensorflow(Path model, Findings findings) {
        boolean saved = findings.detected.variant().equals("SavedModel");
        try (FileView file = FileView.open(Files.isDirectory(model) ? model.resolve("saved_model.pb") : model)) {
            if (saved) {
                TensorFlowInspection.savedModel(file, findings);
            } else {
                TensorFlowInspection.graphDef(file, findings);
            }
        }
        Path beside = model.toAbsolutePath().resolveSibling("variables");
        if (saved && !Files.isDirectory(model) && !Files.isDirectory(beside)) {
            findings.warn("A SavedModel is a folder; this file alone may lack its variables.");
        }
    }

    private static void coreml(Path model, Findings findings) {
        if (findings.detected.variant().equals("zipped package")) {
            findings.warn("The package is zipped; unpack it to see more.");
            return;
        }
        Path data = model.resolve("Data").resolve("com.apple.CoreML");
        Path spec = !Files.isDirectory(model)
                ? model
                : FolderKind.children(data).stream()
                        .filter(file -> file.toString().endsWith(".mlmodel"))
                        .findFirst()
                        .orElseThrow();
        try (FileView file = FileView.open(spec)) {
            CoreMlInspection.inspect(file, findings);
        }
    }

    private static void pytorch(Path model, Findings findings) {
        if (!findings.detected.variant().contains("pickle")) {
            TorchInspection.inspect(model, findings);
            return;
        }
        read(model, findings, TorchInspection::legacy);
    }

    private static void read(Path file, Findings findings, BiConsumer<FileView, Findings> inspection) {
        try (FileView view = FileView.open(file)) {
            inspection.accept(view, findings);
        }
    }

    private static long size(ModelFiles files) {
        long sum = 0;
        if (!files.files().isEmpty()) {
            for (String file : files.files()) {
                Path path = files.root().resolve(file);
                sum += Files.isRegularFile(path) ? length(path) : 0; // what is missing is told by whom needs it
            }
            return sum;
        }
        try (Stream<Path> walk = Files.walk(files.root())) {
            for (Path file : (Iterable<Path>) walk.filter(Files::isRegularFile)::iterator) {
                sum += Files.size(file);
            }
        } catch (IOException e) {
            throw FileView.unreadable(files.root(), e);
        }
        return sum;
    }

    private static long length(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw FileView.unreadable(file, e);
        }
    }
}
