package io.edgeai.samples.inference;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ModelFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/**
 * Tells a model's format from its first bytes and, for formats that have no magic number, its name. Whether the file
 * really is one is for its reader to say.
 */
final class FormatGuess {
    private static final Map<String, ModelFormat> ENDINGS = Map.ofEntries(
            Map.entry(".onnx", ModelFormat.ONNX),
            Map.entry(".pb", ModelFormat.TENSORFLOW),
            Map.entry(".mlmodel", ModelFormat.COREML),
            Map.entry(".mlpackage", ModelFormat.COREML),
            Map.entry(".xml", ModelFormat.OPENVINO),
            Map.entry(".tflite", ModelFormat.TFLITE),
            Map.entry(".safetensors", ModelFormat.HUGGINGFACE),
            Map.entry(".plan", ModelFormat.TENSORRT),
            Map.entry(".engine", ModelFormat.TENSORRT),
            Map.entry(".pt", ModelFormat.PYTORCH),
            Map.entry(".pth", ModelFormat.PYTORCH),
            Map.entry(".joblib", ModelFormat.SCIKIT_LEARN),
            Map.entry(".pkl", ModelFormat.SCIKIT_LEARN),
            Map.entry(".pickle", ModelFormat.SCIKIT_LEARN),
            Map.entry(".ubj", ModelFormat.XGBOOST),
            Map.entry(".model", ModelFormat.XGBOOST));

    private FormatGuess() {}

    static ModelFormat of(Path path, byte[] head) {
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        if (Files.isDirectory(path)) {
            return folder(path, name);
        }
        String text = new String(head, StandardCharsets.ISO_8859_1);
        if (text.startsWith("version https://git-lfs") || head.length == 0 || allZero(head)) {
            return ModelFormat.ONNX; // its reader says what such a file is
        }
        if (text.startsWith("TFL3", 4)) {
            return ModelFormat.TFLITE;
        }
        if (text.startsWith("ftrt")) {
            return ModelFormat.TENSORRT;
        }
        if (text.startsWith("{\"", 8) && head.length > 8) {
            return ModelFormat.HUGGINGFACE;
        }
        if (text.stripLeading().startsWith("{")) {
            return ModelFormat.XGBOOST;
        }
        if (text.stripLeading().startsWith("<") && name.endsWith(".xml")) {
            return ModelFormat.OPENVINO;
        }
        if (text.startsWith("PK\u0003\u0004")) {
            return zip(path);
        }
        if (text.startsWith("\u0080") && head.length > 1 && head[1] >= 2 && head[1] <= 5) {
            return name.endsWith(".pt") || name.endsWith(".pth") || name.endsWith(".bin")
                    ? ModelFormat.PYTORCH
                    : ModelFormat.SCIKIT_LEARN;
        }
        return ending(name);
    }

    private static ModelFormat ending(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? ModelFormat.ONNX : ENDINGS.getOrDefault(name.substring(dot), ModelFormat.ONNX);
    }

    private static ModelFormat folder(Path path, String name) {
        if (Files.exists(path.resolve("saved_model.pb"))) {
            return ModelFormat.TENSORFLOW;
        }
        if (name.endsWith(".mlpackage")) {
            return ModelFormat.COREML;
        }
        try (Stream<Path> files = Files.list(path)) {
            if (files.anyMatch(file -> file.toString().endsWith(".safetensors"))) {
                return ModelFormat.HUGGINGFACE;
            }
        } catch (IOException e) {
            throw new ModelFormatException("Folder (" + path + ") cannot be listed: " + e + ".", e);
        }
        throw new ModelFormatException("Folder (" + path + ") holds no model that is known by its folder (TensorFlow"
                + " SavedModel, Hugging Face, Core ML package). Maybe name the model file in it.");
    }

    private static ModelFormat zip(Path path) {
        try (ZipFile zip = new ZipFile(path.toFile())) {
            if (zip.stream().limit(10_000).anyMatch(entry -> entry.getName().endsWith("data.pkl"))) {
                return ModelFormat.PYTORCH;
            }
        } catch (IOException e) {
            throw new ModelFormatException(
                    "Model (" + path + ") looks like a ZIP archive but is damaged (" + e.getMessage()
                            + "). Maybe the download failed; fetch it again.",
                    e);
        }
        throw new ModelFormatException("Model (" + path + ") is a ZIP archive that is no PyTorch model. Maybe unpack it"
                + " and name the model in it.");
    }

    private static boolean allZero(byte[] head) {
        for (byte b : head) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }
}
