package io.edgeai.formats.pickle;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads a Python pickle or joblib file into plain values. What comes out:
 *
 * <pre>
 * None            PyNone.NONE          list        List
 * bool            Boolean              tuple       PyTuple
 * int             Long or BigInteger   dict        PyDict
 * float           Double               set         PySet
 * str             String               ndarray     NumpyArray
 * bytes           byte[]               a class     PyGlobal
 * any object      PyObject             persistent  PyPersistent
 * </pre>
 *
 * Protocols 0 to 5; joblib's inline arrays; zlib, gzip, bzip2, xz, lzma and lz4. No class is loaded and nothing is
 * called, whatever the file says. Stateless and thread-safe.
 */
public final class PickleReader {
    private PickleReader() {}

    /** Reads a file under {@link PickleLimits#DEFAULT}. */
    public static Object read(Path file) {
        return read(file, PickleLimits.DEFAULT);
    }

    /**
     * Reads a file.
     *
     * @throws ModelFormatException where it is damaged, above the limits, or no pickle
     * @throws StorageException where it cannot be read at all
     */
    public static Object read(Path file, PickleLimits limits) {
        try {
            long size = Files.size(file);
            if (size > limits.bytes()) {
                throw new ModelFormatException("Pickle (" + file + ") has " + size + " bytes, more than "
                        + limits.bytes() + ". Maybe raise the limit.");
            }
            return read(Files.readAllBytes(file), limits);
        } catch (IOException e) {
            throw new StorageException("Cannot read (" + file + ").", e);
        }
    }

    /** Reads a pickle held in memory; bytes after its end are ignored. */
    public static Object read(byte[] bytes, PickleLimits limits) {
        if (bytes.length > limits.bytes()) {
            throw new ModelFormatException("Pickle has (" + bytes.length + ") bytes, more than " + limits.bytes()
                    + ". Maybe raise the limit.");
        }
        return new Unpickler(new PickleInput(Containers.unpack(bytes, limits)), limits).read();
    }
}
