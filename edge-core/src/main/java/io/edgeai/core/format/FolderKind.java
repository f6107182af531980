package io.edgeai.core.format;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ModelFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Models that are folders. Their layout is given by the formats; each member is still judged by its content. */
final class FolderKind {
    private static final int MOST_CHILDREN = 100_000;
    private static final int CONFIG_HEAD = 1 << 20;

    private FolderKind() {}

    static Detected of(Path folder) {
        if (MlflowFolder.is(folder)) {
            return ModelFormatDetector.detected(MlflowFolder.resolved(folder));
        }
        List<Path> children = children(folder);
        if (children.isEmpty()) {
            throw refuse(folder, "an empty folder. Maybe name another.");
        }
        Path saved = folder.resolve("saved_model.pb");
        if (Files.isRegularFile(saved)) {
            return member(saved, ModelFormat.TENSORFLOW, "SavedModel");
        }
        Path coreml = coremlModel(folder);
        if (coreml != null) {
            return member(coreml, ModelFormat.COREML, "package");
        }
        Path weights = huggingFaceWeights(children);
        boolean settings = Files.isRegularFile(folder.resolve("config.json"));
        if (settings && weights != null) {
            Detected inner = ModelFormatDetector.detected(weights);
            if (inner.format() == ModelFormat.HUGGINGFACE || inner.format() == ModelFormat.PYTORCH) {
                return new Detected(ModelFormat.HUGGINGFACE, "folder");
            }
        }
        Path graph = onnxGraph(folder, children);
        if (settings && graph != null && ofTransformer(folder.resolve("config.json"))) {
            member(graph, ModelFormat.ONNX, "");
            return new Detected(ModelFormat.HUGGINGFACE, "folder with ONNX");
        }
        List<Path> xml = openvinoGraphs(children);
        if (xml.size() == 1) {
            return member(xml.get(0), ModelFormat.OPENVINO, "IR folder");
        }
        throw refuse(
                folder,
                "a folder that is no model of a known kind; it holds "
                        + children.stream().map(Path::getFileName).limit(5).toList()
                        + (children.size() > 5 ? " and " + (children.size() - 5) + " more" : "")
                        + ". Maybe name the model in it.");
    }

    private static Detected member(Path file, ModelFormat wanted, String variant) {
        Detected inner = ModelFormatDetector.detected(file);
        if (inner.format() != wanted) {
            throw refuse(
                    file,
                    inner.format().displayName() + " where " + wanted.displayName()
                            + " belongs. Maybe name the file itself.");
        }
        return new Detected(wanted, variant);
    }

    private static @Nullable Path coremlModel(Path folder) {
        Path data = folder.resolve("Data").resolve("com.apple.CoreML");
        if (!Files.isRegularFile(folder.resolve("Manifest.json")) || !Files.isDirectory(data)) {
            return null;
        }
        return children(data).stream()
                .filter(file -> file.toString().endsWith(".mlmodel"))
                .findFirst()
                .orElse(null);
    }

    /** The first weights file of a Hugging Face folder, or null. */
    static @Nullable Path huggingFaceWeights(List<Path> children) {
        return children.stream()
                .filter(Files::isRegularFile)
                .filter(file -> {
                    String name = file.getFileName().toString();
                    return name.endsWith(".safetensors") || (name.startsWith("pytorch_model") && name.endsWith(".bin"));
                })
                .findFirst()
                .orElse(null);
    }

    /** Whether settings are those of a Hugging Face model, not of something else that calls its file so. */
    private static boolean ofTransformer(Path config) {
        try (FileView file = FileView.open(config)) {
            int head = (int) Math.min(file.size(), CONFIG_HEAD);
            String text = new String(file.bytes(0, head), StandardCharsets.UTF_8);
            return text.contains("\"model_type\"") || text.contains("\"architectures\"");
        }
    }

    /** The first graph of a folder that was exported to ONNX, there or in {@code onnx/}, or null. */
    static @Nullable Path onnxGraph(Path folder, List<Path> children) {
        Path inner = folder.resolve("onnx");
        return Stream.concat(children.stream(), Files.isDirectory(inner) ? children(inner).stream() : Stream.empty())
                .filter(file -> file.toString().endsWith(".onnx") && Files.isRegularFile(file))
                .findFirst()
                .orElse(null);
    }

    private static List<Path> openvinoGraphs(List<Path> children) {
        return children.stream()
                .filter(file -> Files.isRegularFile(file) && file.toString().endsWith(".xml"))
                .toList();
    }

    /** The graph of an OpenVINO folder. */
    static Path openvinoGraph(Path folder) {
        return openvinoGraphs(children(folder)).get(0);
    }

    static List<Path> children(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.limit(MOST_CHILDREN).sorted().toList();
        } catch (IOException e) {
            throw FileView.unreadable(folder, e);
        }
    }

    private static ModelFormatException refuse(Path path, String kind) {
        return new ModelFormatException("Model (" + path + ") is " + kind);
    }
}
