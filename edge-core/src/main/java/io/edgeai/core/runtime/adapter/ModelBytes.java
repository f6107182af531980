package io.edgeai.core.runtime.adapter;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.format.ModelFormatDetector;
import io.edgeai.core.model.ModelFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/** Model files that engines take as bytes: looked at before a native parser sees them. */
public final class ModelBytes {
    private static final long LARGEST = 1L << 30;
    private static final int SMALLEST = 8;

    private ModelBytes() {}

    /**
     * All bytes of a file.
     *
     * @throws ModelFormatException where it is no model of that format, or larger than 1 GiB
     */
    public static byte[] read(Path model, ModelFormat wanted) {
        requireFormat(model, wanted);
        try {
            if (Files.size(model) > LARGEST) {
                throw new ModelFormatException("Model (" + model + ") has (" + Files.size(model)
                        + ") bytes, more than 1 GiB. Maybe convert it to ONNX, which loads from files of any size.");
            }
            return Files.readAllBytes(model);
        } catch (IOException e) {
            throw new StorageException("Cannot read model (" + model + ").", e);
        }
    }

    /** @throws ModelFormatException where the file or folder is no model of that format */
    public static void requireFormat(Path model, ModelFormat wanted) {
        ModelFormat found = ModelFormatDetector.detect(model);
        if (found != wanted) {
            throw new ModelFormatException("Model (" + model + ") is of format (" + found.displayName() + "), not "
                    + wanted.displayName() + ". Maybe let Engines.forFormat choose the engine.");
        }
    }

    /**
     * Lets {@code use} see bytes as a file, which is gone afterwards.
     *
     * @throws ModelFormatException below 8 bytes or above 1 GiB
     */
    public static <T> T asFile(byte[] model, Function<Path, T> use) {
        if (model.length < SMALLEST || model.length > LARGEST) {
            throw new ModelFormatException("Model in memory has (" + model.length
                    + ") bytes. Maybe its download stopped early: 8 bytes to 1 GiB are taken.");
        }
        try {
            Path file = Files.createTempFile("edgeai-memory", ".model");
            try {
                Files.write(file, model);
                return use.apply(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot write a temporary file for a model in memory. Maybe set -Djava.io.tmpdir.", e);
        }
    }
}
