package io.edgeai.core.model;

import io.edgeai.core.error.ModelFormatException;

/** The element types of ONNX tensors with their codes and sizes (ONNX {@code TensorProto.DataType}). */
public enum ElementType {
    FLOAT(1, 32),
    UINT8(2, 8),
    INT8(3, 8),
    UINT16(4, 16),
    INT16(5, 16),
    INT32(6, 32),
    INT64(7, 64),
    STRING(8, 0),
    BOOL(9, 8),
    FLOAT16(10, 16),
    DOUBLE(11, 64),
    UINT32(12, 32),
    UINT64(13, 64),
    COMPLEX64(14, 64),
    COMPLEX128(15, 128),
    BFLOAT16(16, 16),
    FLOAT8E4M3FN(17, 8),
    FLOAT8E4M3FNUZ(18, 8),
    FLOAT8E5M2(19, 8),
    FLOAT8E5M2FNUZ(20, 8),
    UINT4(21, 4),
    INT4(22, 4),
    FLOAT4E2M1(23, 4),
    FLOAT8E8M0(24, 8),
    UINT2(25, 2),
    INT2(26, 2);

    private static final ElementType[] BY_CODE = new ElementType[27];

    static {
        for (ElementType type : values()) {
            BY_CODE[type.onnxCode] = type;
        }
    }

    private final int onnxCode;
    private final int bits;

    ElementType(int onnxCode, int bits) {
        this.onnxCode = onnxCode;
        this.bits = bits;
    }

    public int onnxCode() {
        return onnxCode;
    }

    /** Bits of one element; 0 for strings, whose size varies. */
    public int bits() {
        return bits;
    }

    /** Bytes that {@code elements} packed elements take: rounded up to whole bytes. Strings count 0. */
    public long bytes(long elements) {
        return (Math.multiplyExact(elements, (long) bits) + 7) / 8;
    }

    /** @throws ModelFormatException for a code this version does not know */
    public static ElementType ofOnnx(int code) {
        if (code < 1 || code >= BY_CODE.length) {
            throw new ModelFormatException("Tensor element type (" + code
                    + ") is unknown. Maybe the file is damaged, or written by a newer ONNX than 1.19.");
        }
        return BY_CODE[code];
    }
}
