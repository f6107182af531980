package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxFloats;
import io.edgeai.core.onnx.OnnxTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/** OpenVINO's element types. Real numbers of 16 bits become 32-bit ones, packed integers 8-bit ones. */
final class Precisions {
    private Precisions() {}

    /** The type a value has in the ONNX graph. */
    static ElementType element(String precision) {
        return switch (precision.toLowerCase(Locale.ROOT).replace("fp", "f")) {
            case "f32", "f16", "bf16" -> ElementType.FLOAT;
            case "f64" -> ElementType.DOUBLE;
            case "i8", "i4" -> ElementType.INT8;
            case "u8", "u4" -> ElementType.UINT8;
            case "i16" -> ElementType.INT16;
            case "u16" -> ElementType.UINT16;
            case "i32" -> ElementType.INT32;
            case "i64" -> ElementType.INT64;
            case "u32" -> ElementType.UINT32;
            case "u64" -> ElementType.UINT64;
            case "bool", "boolean" -> ElementType.BOOL;
            default -> throw new Unmapped("has the element type (" + precision + ")");
        };
    }

    static long bits(String precision) {
        return switch (precision.toLowerCase(Locale.ROOT)) {
            case "f16", "fp16", "bf16" -> 16;
            case "i4", "u4" -> 4;
            default -> element(precision).bits();
        };
    }

    /** A constant as ONNX holds it. */
    static OnnxTensor tensor(String precision, ByteBuffer data, long[] dims) {
        long elements = 1;
        for (long dim : dims) {
            if (dim < 0 || (dim > 0 && elements > (1L << 40) / dim)) {
                throw new Unmapped("is a constant of impossible size");
            }
            elements *= dim;
        }
        long needed = (elements * bits(precision) + 7) / 8;
        if (data.remaining() < needed || elements > Integer.MAX_VALUE / 4) {
            throw new Unmapped("is a constant of " + data.remaining() + " bytes where " + needed + " belong");
        }
        ByteBuffer exact = data.slice(0, (int) needed).order(ByteOrder.LITTLE_ENDIAN);
        return switch (precision.toLowerCase(Locale.ROOT).replace("fp", "f")) {
            case "f16" -> widened(exact, (int) elements, dims, false);
            case "bf16" -> widened(exact, (int) elements, dims, true);
            case "i4", "u4" -> unpacked(exact, (int) elements, dims, precision.startsWith("i"));
            default -> OnnxTensor.ofRaw(element(precision), exact, dims);
        };
    }

    private static OnnxTensor widened(ByteBuffer halves, int elements, long[] dims, boolean brain) {
        float[] values = new float[elements];
        for (int i = 0; i < elements; i++) {
            short bits = halves.getShort(2 * i);
            values[i] = brain ? Float.intBitsToFloat(bits << 16) : OnnxFloats.half(bits);
        }
        return OnnxTensor.ofFloats(values, dims);
    }

    private static OnnxTensor unpacked(ByteBuffer packed, int elements, long[] dims, boolean signed) {
        byte[] values = new byte[elements];
        for (int i = 0; i < elements; i++) {
            int nibble = packed.get(i / 2) >> (i % 2 == 0 ? 0 : 4) & 0xf;
            values[i] = (byte) (signed && nibble > 7 ? nibble - 16 : nibble);
        }
        return OnnxTensor.ofBytes(signed ? ElementType.INT8 : ElementType.UINT8, values, dims);
    }
}
