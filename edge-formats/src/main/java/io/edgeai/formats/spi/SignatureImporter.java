package io.edgeai.formats.spi;

import io.edgeai.core.model.Signature;
import java.nio.file.Path;
import java.util.Map;

/**
 * An importer of a format whose files can hold several computations, each under a name of its own. Implementations are
 * stateless and thread-safe.
 */
public interface SignatureImporter extends ModelImporter {
    /**
     * The computations of a file by name, in the file's order, with the names that callers use; empty where it names
     * none.
     *
     * @throws io.edgeai.core.error.ModelFormatException where the bytes are damaged or not of this format
     */
    Map<String, Signature> signatures(Path source);

    /**
     * Reads one computation; its inputs and outputs have the names that the signature gives them.
     *
     * @throws io.edgeai.core.error.InvalidInputException where the file names no such computation
     * @throws io.edgeai.core.error.ModelFormatException where the bytes are damaged or not of this format
     * @throws io.edgeai.core.error.UnsupportedOperatorException listing every part that has no exact ONNX equivalent
     */
    ImportedModel read(Path source, String signature);
}
