package io.edgeai.core.validation;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Named tensors in a file between a trial's two processes. What a child wrote is read with suspicion. */
final class TensorFile {
    private static final int MOST_TENSORS = 10_000;
    private static final int MOST_DIMENSIONS = 64;

    private TensorFile() {}

    static void write(Path file, Map<String, Tensor> tensors) {
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.writeInt(tensors.size());
            for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
                Tensor tensor = entry.getValue();
                text(out, entry.getKey());
                text(out, tensor.type().name());
                out.writeInt(tensor.shape().length);
                for (long dim : tensor.shape()) {
                    out.writeLong(dim);
                }
                if (tensor.type() == ElementType.STRING) {
                    for (String value : tensor.strings()) {
                        text(out, value);
                    }
                } else {
                    byte[] bytes = tensor.bytes();
                    out.writeInt(bytes.length);
                    out.write(bytes);
                }
            }
        } catch (IOException e) {
            throw new StorageException("Cannot write (" + file + "): " + e + ". Maybe the disk is full.", e);
        }
    }

    static Map<String, Tensor> read(Path file) {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            int count = within(in.readInt(), MOST_TENSORS);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (int i = 0; i < count; i++) {
                String name = text(in);
                tensors.put(name, tensor(in));
            }
            return tensors;
        } catch (IOException | IllegalArgumentException | ArithmeticException | InvalidInputException e) {
            throw new ModelFormatException("A trial's answer (" + file + ") cannot be read: " + e + ".", e);
        }
    }

    private static Tensor tensor(DataInputStream in) throws IOException {
        ElementType type = ElementType.valueOf(text(in));
        long[] shape = new long[within(in.readInt(), MOST_DIMENSIONS)];
        long elements = 1;
        for (int i = 0; i < shape.length; i++) {
            shape[i] = in.readLong();
            elements = Math.multiplyExact(elements, Math.max(0, shape[i]));
        }
        if (type != ElementType.STRING) {
            byte[] bytes = bytes(in);
            if (bytes.length != type.bytes(elements)) {
                throw new IOException(bytes.length + " bytes for " + elements + " elements of " + type);
            }
            return Tensor.ofBytes(type, bytes, shape);
        }
        String[] values = new String[within(elements, in.available())];
        for (int i = 0; i < values.length; i++) {
            values[i] = text(in);
        }
        return Tensor.of(values, shape);
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(bytes(in), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        byte[] bytes = in.readNBytes(Math.max(0, length));
        if (bytes.length != length) {
            throw new EOFException("it ends within a value of " + length + " bytes");
        }
        return bytes;
    }

    private static int within(long value, int most) throws IOException {
        if (value < 0 || value > most) {
            throw new IOException("a count of " + value);
        }
        return (int) value;
    }
}
