package io.edgeai.core.onnx;

import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** A file beside a model that holds bytes of its constants, found without following links or leaving the folder. */
public final class ExternalFile {
    private ExternalFile() {}

    /**
     * The file of that location, once it is sure that it holds {@code length} bytes from {@code offset} on.
     *
     * @throws ModelFormatException where it is missing, too short, or lies where no model may keep its data
     */
    public static Path require(Path folder, String location, long offset, long length) {
        Path file = locate(folder, location);
        try {
            long size = Files.size(file);
            if (offset < 0 || length < 0 || offset > size || length > size - offset) {
                throw new ModelFormatException("External data (" + location + ") has " + size + " bytes; a constant"
                        + " needs " + length + " at offset " + offset + ". Maybe the file is cut off.");
            }
            return file;
        } catch (IOException e) {
            throw new ModelFormatException("External data (" + location + ") cannot be read: " + e + ".", e);
        }
    }

    private static Path locate(Path folder, String location) {
        Path relative;
        try {
            relative = Path.of(location.replace('\\', '/'));
        } catch (InvalidPathException e) {
            throw new ModelFormatException("External data location (" + location + ") is not a path.", e);
        }
        if (location.isEmpty() || relative.isAbsolute() || location.matches("[A-Za-z]:.*")) {
            throw new ModelFormatException("External data location (" + location
                    + ") must be relative to the model. Maybe save the model again beside its data.");
        }
        Path current = folder;
        for (Path part : relative) {
            if (part.toString().equals("..")) {
                throw new ModelFormatException("External data location (" + location
                        + ") leaves the model's folder. Maybe put the data beside the model.");
            }
            current = current.resolve(part);
            if (Files.isSymbolicLink(current)) {
                throw new ModelFormatException("External data location (" + location
                        + ") is or passes a symbolic link. Maybe copy the data to the model's folder.");
            }
        }
        if (!Files.isRegularFile(current, LinkOption.NOFOLLOW_LINKS)) {
            throw new ModelFormatException("External data (" + location + ") is missing from the model's folder ("
                    + folder + "). Maybe copy it there: the model is not complete without it.");
        }
        return current;
    }
}
