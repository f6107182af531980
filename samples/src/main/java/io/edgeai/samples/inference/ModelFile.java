package io.edgeai.samples.inference;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.format.MlflowFolder;
import io.edgeai.core.format.ModelFormatDetector;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.formats.ModelImporters;
import io.edgeai.formats.spi.ImportedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model on disk whose format is known. Opening it uses an engine that runs the format directly, or converts it to
 * ONNX first. Immutable and thread-safe.
 *
 * @param path file or folder
 * @param format what it is, by its bytes
 */
public record ModelFile(Path path, ModelFormat format) {
    /**
     * Recognises the format from the content alone; of a folder of MLflow it is the model within.
     *
     * @throws ModelFormatException where there is no such file, or it is no model; the message says what it is instead
     */
    public static ModelFile of(Path path) {
        Path model = MlflowFolder.resolved(path);
        return new ModelFile(model, ModelFormatDetector.detect(model));
    }

    /** The model as a graph, converted where it is of another format. */
    public ImportedModel graph() {
        if (format == ModelFormat.ONNX) {
            OnnxGraph graph = OnnxReader.read(path);
            String producer = (graph.info().producerName() + " " + graph.info().producerVersion()).strip();
            return new ImportedModel(graph, format, producer, List.of());
        }
        return ModelImporters.discover().read(format, path);
    }

    /**
     * One of the computations that the model names, as a graph.
     *
     * @throws InvalidInputException where it names no such computation
     */
    public ImportedModel graph(String signature) {
        if (format == ModelFormat.ONNX) {
            throw new InvalidInputException(
                    "Model (" + path + ") is ONNX already and holds one computation, none named (" + signature
                            + "). Maybe leave the signature out.");
        }
        return ModelImporters.discover().read(format, path, signature);
    }

    /** Whether it is one file of at most 1 GiB, which engines take from memory too. */
    public boolean smallFile() {
        try {
            return Files.isRegularFile(path) && Files.size(path) <= 1L << 30;
        } catch (IOException e) {
            throw new StorageException("Cannot read model (" + path + ").", e);
        }
    }

    /** What the model's graph says beside its computation, e.g. its tokenizer. */
    public Map<String, String> metadata() {
        return Map.copyOf(graph().graph().info().metadata());
    }

    /**
     * Opens the model for inference. What the best engine refuses is converted, where its format can be.
     *
     * @param engineName the engine to use, or null for the best one
     * @throws RuntimeUnavailableException where no engine, or not the named one, is usable here
     */
    public InferenceSession open(Engines engines, @Nullable String engineName, SessionOptions options) {
        InferenceRuntime named = engineName == null ? null : engine(engines, engineName);
        InferenceRuntime direct = named != null ? named : directly(engines);
        if (direct != null && direct.formats().contains(format)) {
            try {
                return direct.open(path, options);
            } catch (ModelFormatException e) {
                // Engines of a format need not take all its forms; a conversion may.
                if (named != null || !ModelImporters.discover().formats().contains(format)) {
                    throw e;
                }
            }
        }
        InferenceRuntime converted = named != null ? named : engines.forFormat(ModelFormat.ONNX);
        if (!converted.formats().contains(ModelFormat.ONNX)) {
            throw new RuntimeUnavailableException("Engine (" + converted.name() + ") runs " + converted.formats()
                    + ", not " + format + ". Maybe leave out --engine.");
        }
        return converted.open(OnnxWriter.toBytes(graph().graph()), options);
    }

    /** Whether inference needs a conversion first. */
    public boolean converted(Engines engines) {
        return directly(engines) == null;
    }

    private @Nullable InferenceRuntime directly(Engines engines) {
        for (InferenceRuntime runtime : engines.all()) {
            if (runtime.formats().contains(format) && runtime.availability().usable()) {
                return runtime;
            }
        }
        return null;
    }

    /** @throws InvalidInputException where there is no engine of that name */
    public static InferenceRuntime engine(Engines engines, String name) {
        List<String> names = new ArrayList<>();
        for (InferenceRuntime runtime : engines.all()) {
            if (runtime.name().equals(name)) {
                return runtime;
            }
            names.add(runtime.name());
        }
        throw new InvalidInputException(
                "There is no engine (" + name + "). Maybe one of " + names + "; see 'edgeai doctor'.");
    }
}
