package io.edgeai.core.onnx;

import com.google.protobuf.ByteString;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.internal.wire.OnnxWire.StringStringEntryProto;
import io.edgeai.core.onnx.internal.wire.OnnxWire.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Constants from each of ONNX's storage forms, with every length checked against the data really present. */
final class TensorDecoder {
    private static final long MOST_ELEMENTS = 1L << 50;

    private final OnnxLimits limits;
    private final ExternalData external;
    private long total;

    TensorDecoder(OnnxLimits limits, ExternalData external) {
        this.limits = limits;
        this.external = external;
    }

    OnnxTensor tensor(TensorProto proto) {
        if (proto.hasSegment()) {
            throw fail(proto, "is stored in segments, which no ONNX version reads");
        }
        ElementType type = type(proto);
        long[] dims = proto.getDimsList().stream().mapToLong(Long::longValue).toArray();
        long elements = elements(proto);
        if (type == ElementType.STRING) {
            return strings(proto, dims, elements).withCarried(carried(proto));
        }
        long needed = type.bytes(elements);
        total += needed;
        if (total > limits.maxTensorBytes()) {
            throw fail(proto, "brings all constants beyond the limit of " + limits.maxTensorBytes() + " bytes");
        }
        return OnnxTensor.ofRaw(type, data(proto, type, needed), dims).withCarried(carried(proto));
    }

    private static ElementType type(TensorProto proto) {
        try {
            return ElementType.ofOnnx(proto.getDataType());
        } catch (ModelFormatException e) {
            throw new ModelFormatException("Constant (" + proto.getName() + "): " + e.getMessage(), e);
        }
    }

    private static long elements(TensorProto proto) {
        long product = 1;
        for (long dim : proto.getDimsList()) {
            if (dim < 0 || dim > MOST_ELEMENTS || (dim > 0 && product > MOST_ELEMENTS / dim)) {
                throw fail(proto, "has impossible dimensions " + proto.getDimsList());
            }
            product *= dim;
        }
        return product;
    }

    private ByteBuffer data(TensorProto proto, ElementType type, long needed) {
        if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
            return external(proto, needed);
        }
        if (proto.hasRawData() && (!proto.getRawData().isEmpty() || needed == 0)) {
            expect(proto, "raw bytes", proto.getRawData().size(), needed);
            return proto.getRawData().asReadOnlyByteBuffer();
        }
        return switch (type) {
            case FLOAT, COMPLEX64 -> floats(proto, needed);
            case DOUBLE, COMPLEX128 -> doubles(proto, needed);
            case INT64 -> longs(proto, proto.getInt64DataList(), 8, needed);
            case UINT64 -> longs(proto, proto.getUint64DataList(), 8, needed);
            case UINT32 -> longs(proto, proto.getUint64DataList(), 4, needed);
            default -> ints(proto, Math.max(1, type.bits() / 8), needed);
        };
    }

    private ByteBuffer external(TensorProto proto, long needed) {
        Map<String, String> where = new HashMap<>();
        for (StringStringEntryProto entry : proto.getExternalDataList()) {
            where.put(entry.getKey(), entry.getValue());
        }
        long offset = number(proto, where, "offset", 0);
        long length = number(proto, where, "length", needed);
        expect(proto, "bytes of external data", length, needed);
        if (needed > Integer.MAX_VALUE) {
            throw fail(proto, "has " + needed + " bytes; a constant may have 2147483647");
        }
        return external.bytes(where.getOrDefault("location", ""), offset, needed);
    }

    private static long number(TensorProto proto, Map<String, String> where, String key, long otherwise) {
        String text = where.get(key);
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw new ModelFormatException(
                    "Constant (" + proto.getName() + ") has external data at " + key + " (" + text + ").", e);
        }
    }

    private static ByteBuffer floats(TensorProto proto, long needed) {
        List<Float> values = proto.getFloatDataList();
        ByteBuffer out = allocate(proto, values.size(), 4, needed);
        values.forEach(out::putFloat);
        return out.flip();
    }

    private static ByteBuffer doubles(TensorProto proto, long needed) {
        List<Double> values = proto.getDoubleDataList();
        ByteBuffer out = allocate(proto, values.size(), 8, needed);
        values.forEach(out::putDouble);
        return out.flip();
    }

    private static ByteBuffer longs(TensorProto proto, List<Long> values, int width, long needed) {
        ByteBuffer out = allocate(proto, values.size(), width, needed);
        for (long value : values) {
            if (width == 8) {
                out.putLong(value);
            } else {
                out.putInt((int) value);
            }
        }
        return out.flip();
    }

    /** Narrow types lie one to an int32, except those under 8 bits: one packed byte to an int32. */
    private static ByteBuffer ints(TensorProto proto, int width, long needed) {
        List<Integer> values = proto.getInt32DataList();
        ByteBuffer out = allocate(proto, values.size(), width, needed);
        for (int value : values) {
            switch (width) {
                case 1 -> out.put((byte) value);
                case 2 -> out.putShort((short) value);
                default -> out.putInt(value);
            }
        }
        return out.flip();
    }

    private static ByteBuffer allocate(TensorProto proto, int values, int width, long needed) {
        expect(proto, "bytes in its value list", (long) values * width, needed);
        if (needed > Integer.MAX_VALUE) {
            throw fail(proto, "has " + needed + " bytes; a constant may have 2147483647");
        }
        return ByteBuffer.allocate((int) needed).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static OnnxTensor strings(TensorProto proto, long[] dims, long elements) {
        expect(proto, "strings", proto.getStringDataCount(), elements);
        return OnnxTensor.ofStrings(
                proto.getStringDataList().stream().map(ByteString::toByteArray).toList(), dims);
    }

    /** Doc string, metadata and unknown fields; empty for nearly all constants. */
    private static ByteString carried(TensorProto proto) {
        if (proto.getDocString().isEmpty()
                && proto.getMetadataPropsCount() == 0
                && proto.getUnknownFields().asMap().isEmpty()) {
            return ByteString.EMPTY;
        }
        return TensorProto.newBuilder()
                .setDocString(proto.getDocString())
                .addAllMetadataProps(proto.getMetadataPropsList())
                .setUnknownFields(proto.getUnknownFields())
                .build()
                .toByteString();
    }

    private static void expect(TensorProto proto, String what, long found, long needed) {
        if (found != needed) {
            throw fail(
                    proto,
                    "of " + type(proto) + proto.getDimsList() + " needs " + needed + " " + what + " but has " + found);
        }
    }

    private static ModelFormatException fail(TensorProto proto, String why) {
        return new ModelFormatException("Constant (" + proto.getName() + ") " + why + ". Maybe the file is damaged.");
    }
}
