package io.edgeai.formats;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.format.MlflowFolder;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.formats.spi.ImportedModel;
import io.edgeai.formats.spi.ModelImporter;
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
        ModelImporter importer = importers.get(format);
        if (importer == null) {
            throw new UnsupportedOperatorException("Models of format (" + format.displayName()
                    + ") cannot be converted to ONNX in this version; convertible: " + importers.keySet()
                    + ". Maybe export the model to ONNX where it was trained.");
        }
        return importer.read(MlflowFolder.resolved(source));
    }
}
