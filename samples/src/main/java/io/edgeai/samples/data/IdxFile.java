package io.edgeai.samples.data;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.io.BufferedInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/**
 * IDX, the big-endian container of MNIST, plain or gzip-compressed: two zero bytes, a type byte, the number of
 * dimensions, the dimensions as 32-bit numbers, the data. Stateless and thread-safe.
 *
 * @see <a href="http://yann.lecun.com/exdb/mnist/">The MNIST database, "the IDX file format"</a>
 */
public final class IdxFile {
    private static final Map<Integer, ElementType> TYPES = Map.of(
            0x08, ElementType.UINT8,
            0x09, ElementType.INT8,
            0x0B, ElementType.INT16,
            0x0C, ElementType.INT32,
            0x0D, ElementType.FLOAT,
            0x0E, ElementType.DOUBLE);
    private static final Pattern NAME = Pattern.compile(".*(\\.idx\\d*|idx\\d-[a-z0-9]+)(\\.gz)?");

    private IdxFile() {}

    /** Whether a file's name says it is IDX: {@code .idx}, {@code .idx3}, {@code …-idx3-ubyte}, each also with {@code .gz}. */
    public static boolean named(Path file) {
        return NAME.matcher(String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT))
                .matches();
    }

    /** @throws InvalidInputException where the file is not IDX, is cut off or is above the limits */
    public static Tensor read(Path file, DataLimits limits) {
        DataFiles.require(file);
        try (BufferedInputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            raw.mark(2);
            boolean packed = raw.read() == 0x1f && raw.read() == 0x8b;
            raw.reset();
            InputStream in = packed ? new GZIPInputStream(raw, 1 << 16) : raw;
            return read(in, file, limits);
        } catch (ZipException e) {
            throw wrong(file, "its gzip data is damaged (" + e.getMessage() + ")", e);
        } catch (java.io.EOFException e) {
            throw wrong(file, "it is cut off", e);
        } catch (IOException e) {
            throw DataFiles.unreadable(file, e);
        }
    }

    private static Tensor read(InputStream in, Path file, DataLimits limits) throws IOException {
        byte[] head = in.readNBytes(4);
        ElementType type = head.length == 4 && head[0] == 0 && head[1] == 0 ? TYPES.get((int) head[2]) : null;
        if (type == null || head[3] < 0 || head[3] > 32) {
            throw wrong(file, "it begins with (" + Arrays.toString(head) + "), not 0, 0, a type and a rank", null);
        }
        byte[] dims = in.readNBytes(head[3] * 4);
        if (dims.length < head[3] * 4) {
            throw wrong(file, "its dimensions are cut off", null);
        }
        long[] shape = new long[head[3]];
        double elements = 1;
        boolean empty = false;
        ByteBuffer sizes = ByteBuffer.wrap(dims);
        for (int d = 0; d < shape.length; d++) {
            shape[d] = Integer.toUnsignedLong(sizes.getInt());
            elements *= Math.max(1, shape[d]);
            empty |= shape[d] == 0;
        }
        if (elements > Integer.MAX_VALUE) {
            throw wrong(file, "shape " + Arrays.toString(shape) + " is too large", null);
        }
        double bytes = empty ? 0 : elements * type.bits() / 8;
        limits.checkExpansion(file.toString(), Files.size(file), (long) Math.min(bytes, 1e18));
        byte[] data = in.readNBytes((int) bytes);
        if (data.length < (int) bytes) {
            throw wrong(
                    file,
                    "shape " + Arrays.toString(shape) + " needs " + (long) bytes + " bytes but it has (" + data.length
                            + ")",
                    null);
        }
        if (in.read() >= 0) {
            throw wrong(file, "bytes follow the last of shape (" + Arrays.toString(shape) + ")", null);
        }
        return tensor(type, data, shape);
    }

    private static Tensor tensor(ElementType type, byte[] bigEndian, long[] shape) {
        Tensor tensor = Tensor.allocate(type, shape);
        ByteBuffer from = ByteBuffer.wrap(bigEndian).order(ByteOrder.BIG_ENDIAN);
        ByteBuffer to = tensor.buffer();
        switch (type.bits()) {
            case 8 -> to.put(from);
            case 16 -> to.asShortBuffer().put(from.asShortBuffer());
            case 32 -> to.asIntBuffer().put(from.asIntBuffer());
            default -> to.asLongBuffer().put(from.asLongBuffer());
        }
        return tensor;
    }

    /** Writes a tensor of one of IDX's types, compressed where the name ends in {@code .gz}. */
    public static void write(Tensor tensor, Path file) {
        int code = TYPES.entrySet().stream()
                .filter(entry -> entry.getValue() == tensor.type())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        "IDX has no type for (" + tensor.type() + "). Maybe write .npy instead."));
        boolean packed = file.toString().toLowerCase(Locale.ROOT).endsWith(".gz");
        DataFiles.write(file, out -> {
            GZIPOutputStream gzip = packed ? new GZIPOutputStream(out, 1 << 16) : null;
            DataOutputStream data = new DataOutputStream(gzip == null ? out : gzip);
            data.writeShort(0);
            data.writeByte(code);
            data.writeByte(tensor.shape().length);
            for (long dim : tensor.shape()) {
                data.writeInt(Math.toIntExact(dim));
            }
            data.write(bigEndian(tensor));
            data.flush();
            if (gzip != null) {
                gzip.finish();
            }
        });
    }

    private static byte[] bigEndian(Tensor tensor) {
        ByteBuffer from = tensor.buffer();
        ByteBuffer to = ByteBuffer.allocate(from.capacity());
        switch (tensor.type().bits()) {
            case 8 -> to.put(from);
            case 16 -> to.asShortBuffer().put(from.asShortBuffer());
            case 32 -> to.asIntBuffer().put(from.asIntBuffer());
            default -> to.asLongBuffer().put(from.asLongBuffer());
        }
        return to.array();
    }

    private static InvalidInputException wrong(
            Path file, String why, @org.jspecify.annotations.Nullable Throwable cause) {
        return new InvalidInputException(
                "(" + file + ") is not readable as IDX: " + why + ". Maybe the download failed; fetch it again.",
                cause);
    }
}
