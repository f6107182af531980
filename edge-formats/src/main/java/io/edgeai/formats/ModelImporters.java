package io.edgeai.formats;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.format.MlflowFolder;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Signature;
import io.edgeai.formats.spi.ImportedModel;
import io.edgeai.formats.spi.ModelImporter;
import io.edgeai.formats.spi.SignatureImporter;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;

/** The importers on the class path, by format. Immutable and thread-safe. */
public final class ModelImporters {
    private final Map<ModelFormat, ModelImporter> importers = new EnumMap<>(ModelFormat.class);

    private ModelImporters() {}

    /** Finds all importers through {@link ServiceLoader}; of two for one format the first found wins. */
    public static ModelImporters discover() {
        ModelImporters found = new ModelImporters();
        for (ModelImporter importer : ServiceLoader.load(ModelImporter.class, ModelImporter.class.getClassLoader())) {
            found.importers.putIfAbsent(importer.format(), importer);
        }
        return found;
    }

    /** Formats that {@link #read} accepts. */
    public Set<ModelFormat> formats() {
        return Set.copyOf(importers.keySet());
    }

    /**
     * Imports a model of a known format; of a folder of MLflow the model within.
     *
     * @throws UnsupportedOperatorException where no importer for the format is here
     */
    public ImportedModel read(ModelFormat format, Path source) {
        return importer(format).read(MlflowFolder.resolved(source));
    }

    /**
     * The computations that a model names, with the names that callers use; empty where its format has no such names.
     *
     * @throws UnsupportedOperatorException where no importer for the format is here
     */
    public Map<String, Signature> signatures(ModelFormat format, Path source) {
        return importer(format) instanceof SignatureImporter named
                ? named.signatures(MlflowFolder.resolved(source))
                : Map.of();
    }

    /**
     * Imports one computation of a model by its name.
     *
     * @throws UnsupportedOperatorException where no importer for the format is here
     * @throws InvalidInputException where the model names no such computation
     */
    public ImportedModel read(ModelFormat format, Path source, String signature) {
        if (importer(format) instanceof SignatureImporter named) {
            return named.read(MlflowFolder.resolved(source), signature);
        }
        throw new InvalidInputException("Models of format (" + format.displayName() + ") hold one computation, none"
                + " of it named (" + signature + "). Maybe leave the signature out.");
    }

    private ModelImporter importer(ModelFormat format) {
        ModelImporter importer = importers.get(format);
        if (importer == null) {
            throw new UnsupportedOperatorException("Models of format (" + format.displayName()
                    + ") cannot be converted to ONNX in this version; convertible: " + importers.keySet()
                    + ". Maybe export the model to ONNX where it was trained.");
        }
        return importer;
    }
}
