package io.edgeai.core.onnx;

import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads ONNX models of any IR version. All storage forms of constants become raw little-endian bytes that share memory
 * with the file's bytes; what the intermediate representation does not model is carried along and written back.
 * Whatever is wrong with the input, the answer is a {@link ModelFormatException} that says what the file is.
 * Stateless and thread-safe.
 */
public final class OnnxReader {
    private OnnxReader() {}

    /** Reads a file under {@link OnnxLimits#DEFAULT}; constants in external files are mapped, not loaded. */
    public static OnnxGraph read(Path file) {
        return read(file, OnnxLimits.DEFAULT);
    }

    /**
     * Reads a file. External data must lie in the file's folder or below it; absolute locations, locations that leave
     * the folder and symbolic links are refused.
     *
     * @throws ModelFormatException where the file is not a readable ONNX model within the limits
     */
    public static OnnxGraph read(Path file, OnnxLimits limits) {
        String what = String.valueOf(file.getFileName());
        byte[] bytes;
        try {
            if (Files.isDirectory(file)) {
                throw new ModelFormatException(
                        "(" + file + ") is a folder, not an ONNX file. Maybe name the .onnx" + " file in it.");
            }
            if (!Files.exists(file)) {
                throw new ModelFormatException("Model file (" + file + ") does not exist. Maybe the path is relative"
                        + " to another folder than (" + Path.of("").toAbsolutePath() + ").");
            }
            long size = Files.size(file);
            if (size > limits.maxFileBytes()) {
                throw tooLarge(what, size, limits);
            }
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ModelFormatException(
                    "Model file (" + file + ") cannot be read: " + e + ". Maybe check its permissions.", e);
        }
        Path folder = file.toAbsolutePath().getParent();
        return new ModelDecoder(what, limits, ExternalData.inFolder(folder == null ? Path.of("/") : folder))
                .decode(bytes);
    }

    /** Reads bytes under {@link OnnxLimits#DEFAULT}. The array is kept and must not be changed afterwards. */
    public static OnnxGraph read(byte[] bytes) {
        return read(bytes, OnnxLimits.DEFAULT);
    }

    /**
     * Reads bytes. The array is kept and must not be changed afterwards.
     *
     * @throws ModelFormatException where they are not an ONNX model within the limits, or need external files
     */
    public static OnnxGraph read(byte[] bytes, OnnxLimits limits) {
        if (bytes.length > limits.maxFileBytes()) {
            throw tooLarge("model bytes", bytes.length, limits);
        }
        return new ModelDecoder("model bytes", limits, ExternalData.NONE).decode(bytes);
    }

    private static ModelFormatException tooLarge(String what, long size, OnnxLimits limits) {
        return new ModelFormatException("Model (" + what + ") has " + size + " bytes, more than the limit of ("
                + limits.maxFileBytes() + "). Maybe save its weights as external data.");
    }
}
