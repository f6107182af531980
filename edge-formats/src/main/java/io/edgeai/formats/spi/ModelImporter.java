package io.edgeai.formats.spi;

import io.edgeai.core.model.ModelFormat;
import java.nio.file.Path;

/** Reads one foreign format. Implementations are stateless and thread-safe. */
public interface ModelImporter {
    ModelFormat format();

    /**
     * Reads a file or folder of this format.
     *
     * @throws io.edgeai.core.error.ModelFormatException where the bytes are damaged or not of this format
     * @throws io.edgeai.core.error.UnsupportedOperatorException listing every part that has no exact ONNX equivalent
     */
    ImportedModel read(Path source);
}
