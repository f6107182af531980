package io.edgeai.core.onnx;

import io.edgeai.core.error.ModelFormatException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Where a model's constants outside the model file come from. */
interface ExternalData {
    /** For models read from bytes: there is no folder to look in. */
    ExternalData NONE = (location, offset, length) -> {
        throw new ModelFormatException("The model keeps constants in an external file (" + location
                + "), which cannot be found from bytes alone. Maybe read it from its file instead.");
    };

    /** For models read from a file of that folder. */
    static ExternalData inFolder(Path folder) {
        return new FolderData(folder);
    }

    /** Exactly {@code length} bytes of the file from {@code offset} on, or a {@link ModelFormatException}. */
    ByteBuffer bytes(String location, long offset, long length);
}
