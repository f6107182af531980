package io.edgeai.formats.safetensors;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One safetensors file: its tensors by name, and the notes of whoever wrote it. The header is read and checked as a
 * whole; a tensor's bytes are mapped when it is asked for. Immutable and thread-safe.
 *
 * @param path the file
 * @param entries tensors by name, in header order
 * @param metadata the file's own notes
 * @param start bytes in front of the data
 */
public record SafetensorsFile(
        Path path, Map<String, SafetensorsEntry> entries, Map<String, String> metadata, long start) {
    /** The limit of the format's own reader. */
    static final long MOST_HEADER_BYTES = 100_000_000;

    private static final int PREFIX = 8;

    /**
     * Reads the header.
     *
     * @throws ModelFormatException where it is damaged, or does not describe exactly the bytes behind it
     */
    public static SafetensorsFile open(Path path) {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            return read(path, file);
        } catch (IOException e) {
            throw new ModelFormatException(
                    "Weights (" + path + ") cannot be read: " + e + ". Maybe check the path and its permissions.", e);
        }
    }

    /** Reads the header of a file that is open already. */
    static SafetensorsFile read(Path path, SeekableByteChannel file) throws IOException {
        long size = file.size();
        if (size < PREFIX + 2) {
            throw damaged(path, "has only " + size + " bytes", null);
        }
        long length = fully(file, 0, PREFIX).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        if (length < 2 || length > MOST_HEADER_BYTES) {
            throw damaged(
                    path, "claims a header of " + Long.toUnsignedString(length) + " bytes, not 2 to 100 MB", null);
        }
        if (length > size - PREFIX) {
            throw damaged(path, "is cut off in its header of " + length + " bytes", null);
        }
        byte[] header = fully(file, PREFIX, (int) length).array();
        HeaderParser parser = new HeaderParser(size - PREFIX - length);
        try {
            parser.parse(header);
        } catch (IOException | ArithmeticException e) {
            throw damaged(path, "has a damaged header: " + e.getMessage(), e);
        }
        return new SafetensorsFile(path, parser.entries(), parser.metadata(), PREFIX + length);
    }

    private static ByteBuffer fully(SeekableByteChannel file, long from, int count) throws IOException {
        file.position(from);
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            if (file.read(bytes) < 0) {
                throw new IOException("the file ends early");
            }
        }
        return bytes;
    }

    private static ModelFormatException damaged(Path path, String what, @Nullable Throwable cause) {
        return new ModelFormatException(
                "Weights (" + path + ") are no whole safetensors file: it " + what + ". Maybe fetch it again.", cause);
    }

    /**
     * A tensor whose bytes are mapped from the file.
     *
     * @throws InvalidInputException where there is none of that name
     * @throws UnsupportedOperatorException where it is of a type graphs have not, or larger than 2 GB
     */
    public OnnxTensor tensor(String name) {
        SafetensorsEntry entry = entries.get(name);
        if (entry == null) {
            throw new InvalidInputException("Weights (" + path + ") hold no tensor (" + name + "). Maybe one of "
                    + entries.keySet().stream().limit(5).toList() + ".");
        }
        ElementType element = entry.type().element();
        if (element == null || entry.bytes() > Integer.MAX_VALUE) {
            throw new UnsupportedOperatorException("Tensor (" + name + ") has type " + entry.type() + " and "
                    + entry.bytes() + " bytes, which no graph here holds. Maybe save it as F32 in parts.");
        }
        if (entry.bytes() == 0) {
            return OnnxTensor.ofRaw(element, ByteBuffer.allocate(0), entry.shape());
        }
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer bytes = file.map(FileChannel.MapMode.READ_ONLY, start + entry.begin(), entry.bytes());
            return OnnxTensor.ofRaw(element, bytes, entry.shape());
        } catch (IOException e) {
            throw new ModelFormatException(
                    "Weights (" + path + ") cannot be read: " + e + ". Maybe the file was changed meanwhile.", e);
        }
    }
}
