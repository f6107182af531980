package io.edgeai.core.format;

import static io.edgeai.core.format.ProtoFields.LENGTH;
import static io.edgeai.core.format.ProtoFields.VARINT;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.ExternalFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Counts the constants of an ONNX model, each held against the bytes that are really there. Field numbers are those of
 * onnx.proto's {@code TensorProto}. Not thread-safe.
 */
final class OnnxConstants {
    private static final long MOST_ELEMENTS = 1L << 50;
    private static final int LONGEST = 4096;

    private final Path folder;
    private long elements;
    private long bytes;

    OnnxConstants(FileView file) {
        Path parent = file.path().toAbsolutePath().getParent();
        folder = parent == null ? Path.of("/") : parent;
    }

    long elements() {
        return elements;
    }

    long bytes() {
        return bytes;
    }

    /** What one message says of itself. */
    private static final class Tensor {
        private String name = "";
        private long elements = 1;
        private int type;
        private long raw = -1;
        private long floats;
        private long doubles;
        private long ints;
        private long longs;
        private long unsigned;
        private long texts;
        private long textBytes;
        private boolean external;
        private boolean segment;
        private String location = "";
        private String offset = "";
        private String length = "";

        ModelFormatException fail(String why) {
            return new ModelFormatException("constant (" + name + ") " + why + ". Maybe the file is damaged.");
        }

        void dim(long size) {
            if (size < 0 || size > MOST_ELEMENTS || size > 0 && elements > MOST_ELEMENTS / size) {
                throw fail("has impossible dimensions");
            }
            elements *= size;
        }
    }

    /**
     * Reads one.
     *
     * @param counts whether it belongs to the weights
     * @param names where its name goes, if anywhere
     */
    void add(ProtoFields message, boolean counts, @Nullable NameHashes names) {
        Tensor tensor = new Tensor();
        while (message.next()) {
            switch (message.number()) {
                case 1 -> dims(message, tensor);
                case 2 -> tensor.type = (int) Math.max(0, Math.min(1000, message.value()));
                case 3 -> tensor.segment = true;
                case 4 -> tensor.floats += message.fixed(4);
                case 5 -> tensor.ints += message.varints();
                case 6 -> {
                    tensor.texts++;
                    tensor.textBytes += message.length();
                }
                case 7 -> tensor.longs += message.varints();
                case 8 -> {
                    tensor.name = message.text(LONGEST);
                    if (names != null) {
                        names.add(message.hash());
                    }
                }
                case 9 -> tensor.raw = message.length();
                case 10 -> tensor.doubles += message.fixed(8);
                case 11 -> tensor.unsigned += message.varints();
                case 13 -> external(message.enter(), tensor);
                case 14 -> tensor.external = message.value() == 1;
                default -> {} // notes
            }
        }
        OnnxGraphWalk.whole(message);
        long size = size(tensor);
        if (counts) {
            elements = Weights.sum(elements, tensor.elements);
            bytes = Weights.sum(bytes, size);
        }
    }

    private static void dims(ProtoFields message, Tensor tensor) {
        if (message.is(1, VARINT)) {
            tensor.dim(message.value());
        } else if (message.is(1, LENGTH)) {
            message.eachPacked(tensor::dim);
        }
    }

    private static void external(ProtoFields entry, Tensor tensor) {
        TextPair pair = TextPair.of(entry);
        switch (pair.key()) {
            case "location" -> tensor.location = pair.value();
            case "offset" -> tensor.offset = pair.value();
            case "length" -> tensor.length = pair.value();
            default -> {} // a checksum
        }
    }

    private long size(Tensor tensor) {
        if (tensor.segment) {
            throw tensor.fail("is stored in segments, which no ONNX version reads");
        }
        ElementType type = ElementType.ofOnnx(tensor.type);
        if (type == ElementType.STRING) {
            expect(tensor, type, "strings", tensor.texts, tensor.elements);
            return tensor.textBytes;
        }
        long needed = type.bytes(tensor.elements);
        if (tensor.external) {
            long length = number(tensor, "length", tensor.length, needed);
            expect(tensor, type, "bytes of external data", length, needed);
            ExternalFile.require(folder, tensor.location, number(tensor, "offset", tensor.offset, 0), needed);
        } else if (tensor.raw > 0 || tensor.raw == 0 && needed == 0) {
            expect(tensor, type, "raw bytes", tensor.raw, needed);
        } else {
            expect(tensor, type, "bytes in its value list", listed(tensor, type), needed);
        }
        return needed;
    }

    /** Narrow types lie one to an int32, except those under 8 bits: one packed byte to an int32. */
    private static long listed(Tensor tensor, ElementType type) {
        return switch (type) {
            case FLOAT, COMPLEX64 -> 4 * tensor.floats;
            case DOUBLE, COMPLEX128 -> 8 * tensor.doubles;
            case INT64 -> 8 * tensor.longs;
            case UINT64 -> 8 * tensor.unsigned;
            case UINT32 -> 4 * tensor.unsigned;
            default -> Math.max(1, type.bits() / 8) * tensor.ints;
        };
    }

    private static long number(Tensor tensor, String key, String text, long otherwise) {
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw new ModelFormatException(
                    "constant (" + tensor.name + ") has external data at " + key + " (" + text
                            + "). Maybe the file is damaged.",
                    e);
        }
    }

    private static void expect(Tensor tensor, ElementType type, String what, long found, long needed) {
        if (found != needed) {
            throw tensor.fail("of " + tensor.elements + " elements of " + type + " needs " + needed + " " + what
                    + " but has " + found);
        }
    }
}
