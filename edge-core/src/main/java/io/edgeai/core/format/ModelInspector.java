package io.edgeai.core.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Signature;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Says what a model is: format, inputs and outputs, operators, weights, and what can be done with it. An ONNX graph is
 * read whole (weights in external files stay there); of the other formats only headers are. Stateless and thread-safe.
 */
public final class ModelInspector {
    private static final Set<String> JSON_NOTES = Set.of(
            "model_type",
            "_name_or_path",
            "transformers_version",
            "torch_dtype",
            "num_feature",
            "num_class",
            "num_target",
            "booster",
            "boost_from_average");
    private static final int LONGEST_NOTE = 200;
    private static final int ENGINE_BYTE = 0x018002;

    private ModelInspector() {}

    /** @throws ModelFormatException where it is no readable model */
    public static ModelInspection inspect(Path model) {
        Detected detected = ModelFormatDetector.detected(model);
        Findings findings = new Findings(detected);
        switch (detected.format()) {
            case ONNX -> OnnxInspection.inspect(OnnxReader.read(model), findings);
            case OPENVINO -> openvino(model, findings);
            case TENSORFLOW -> tensorflow(model, findings);
            case COREML -> coreml(model, findings);
            case PYTORCH -> pytorch(model, findings);
            case HUGGINGFACE -> huggingFace(model, findings);
            case XGBOOST -> xgboost(model, findings);
            case SCIKIT_LEARN -> sklearn(model, findings);
            case TENSORRT -> engine(model, findings);
            case TFLITE -> tflite(model, findings);
        }
        return findings.finish(size(ModelFiles.of(model, detected.format())));
    }

    /** Inputs and outputs of a graph; values that are no tensors are left out. */
    public static Signature signature(OnnxGraph graph) {
        return OnnxInspection.signature(graph, warning -> {});
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
        if (saved && !Files.isDirectory(model)) {
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
        if (findings.detected.variant().contains("pickle")) {
            return;
        }
        TorchInspection.inspect(model, findings);
    }

    private static void huggingFace(Path model, Findings findings) {
        if (!Files.isDirectory(model)) {
            safetensors(List.of(model), findings);
            return;
        }
        json(model.resolve("config.json"), findings);
        List<Path> weights = FolderKind.children(model).stream()
                .filter(file -> file.toString().endsWith(".safetensors"))
                .toList();
        if (!weights.isEmpty()) {
            safetensors(weights, findings);
        }
    }

    private static void safetensors(List<Path> files, Findings findings) {
        long parameters = 0;
        long bytes = 0;
        long tensors = 0;
        for (Path path : files) {
            try (FileView file = FileView.open(path)) {
                if (!SafetensorsHeader.looksLikeOne(file)) {
                    throw new ModelFormatException(
                            "Weights (" + path + ") are not safetensors. Maybe fetch them again.");
                }
                SafetensorsHeader header = SafetensorsHeader.read(file);
                parameters += header.parameters();
                bytes += header.dataBytes();
                tensors += header.tensors();
                header.metadata().forEach(findings::note);
                header.types().forEach((type, n) -> findings.note("tensors of " + type, n.toString()));
            }
        }
        findings.weights(parameters, bytes);
        findings.note("tensors", Long.toString(tensors));
    }

    private static void xgboost(Path model, Findings findings) {
        if (findings.detected.variant().equals("JSON")) {
            json(model, findings);
        }
        if (findings.detected.variant().equals("deprecated binary")) {
            findings.warn(
                    "XGBoost 3.1 and later refuse this binary form. Maybe save it again as JSON with an older one.");
        }
    }

    /** Notes of a JSON document at any depth; a stream, so trees of any size pass through. */
    private static void json(Path path, Findings findings) {
        try (FileView file = FileView.open(path);
                JsonParser json = new JsonFactory().createParser(file.stream(0))) {
            StringBuilder version = new StringBuilder();
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token != JsonToken.FIELD_NAME) {
                    continue;
                }
                String key = json.currentName();
                JsonToken value = json.nextToken();
                if (key.equals("objective") && value == JsonToken.START_OBJECT) {
                    continue;
                }
                if (key.equals("version") && value == JsonToken.START_ARRAY) {
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        version.append(version.isEmpty() ? "" : ".").append(json.getText());
                    }
                    findings.formatVersion(version.toString());
                } else if (key.equals("architectures") && value == JsonToken.START_ARRAY) {
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        findings.note(key, json.getText());
                    }
                } else if (value.isScalarValue() && (JSON_NOTES.contains(key) || objective(key, json))) {
                    findings.note(key.equals("name") ? "objective" : key, json.getText());
                }
            }
        } catch (IOException e) {
            throw new ModelFormatException(
                    "Model (" + path + ") is JSON that is damaged or cut off (" + e.getMessage() + "). Maybe fetch it"
                            + " again.",
                    e);
        }
    }

    private static boolean objective(String key, JsonParser json) throws IOException {
        return key.equals("name")
                && json.getTextLength() < LONGEST_NOTE
                && json.getText().indexOf(':') > 0;
    }

    private static void sklearn(Path model, Findings findings) {
        String variant = findings.detected.variant();
        try (FileView file = FileView.open(Files.isDirectory(model) ? model.resolve("model.pkl") : model)) {
            byte[] head = variant.startsWith("gzip") || variant.startsWith("zlib")
                    ? ModelFormatDetector.inflatedHead(file, variant.startsWith("gzip"))
                    : file.bytes(0, 1 << 18);
            for (String global : PickleScan.of(head).globals()) {
                if (global.startsWith("sklearn.")) {
                    findings.operator(global.substring(global.lastIndexOf('.') + 1));
                }
            }
        }
        findings.warn("Classes are listed as far as the pickle's head names them; nothing was unpickled.");
    }

    private static void engine(Path model, Findings findings) {
        try (FileView file = FileView.open(model)) {
            findings.formatVersion("plan " + file.littleEndian(4, 4) + " (" + file.latin(0, 4) + ")");
            String version = engineVersion(file);
            findings.producer(version.isEmpty() ? "" : "TensorRT " + version);
            findings.note(
                    "needs", version.isEmpty() ? "" : "TensorRT " + version + " and the kind of GPU it was built on");
        }
    }

    /** Four numbers, each behind the mark of one byte, follow the head of engines since TensorRT 8. */
    private static String engineVersion(FileView file) {
        StringBuilder version = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            long at = 24 + 5L * i;
            if (at + 5 > file.size() || file.littleEndian(at, 4) != ENGINE_BYTE) {
                return "";
            }
            version.append(i == 0 ? "" : ".").append(file.at(at + 4));
        }
        return version.toString();
    }

    private static void tflite(Path model, Findings findings) {
        try (FileView file = FileView.open(model)) {
            TfliteInspection.inspect(file, findings);
        }
    }

    private static long size(ModelFiles files) {
        long sum = 0;
        if (!files.files().isEmpty()) {
            for (String file : files.files()) {
                sum += length(files.root().resolve(file));
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
