package io.edgeai.formats.tflite.file;

import io.edgeai.core.model.ElementType;
import org.jspecify.annotations.Nullable;

/** Element types of TFLite tensors in the order of their codes (schema.fbs, {@code TensorType}). */
public enum TensorType {
    FLOAT32(ElementType.FLOAT),
    FLOAT16(ElementType.FLOAT16),
    INT32(ElementType.INT32),
    UINT8(ElementType.UINT8),
    INT64(ElementType.INT64),
    STRING(ElementType.STRING),
    BOOL(ElementType.BOOL),
    INT16(ElementType.INT16),
    COMPLEX64(ElementType.COMPLEX64),
    INT8(ElementType.INT8),
    FLOAT64(ElementType.DOUBLE),
    COMPLEX128(ElementType.COMPLEX128),
    UINT64(ElementType.UINT64),
    RESOURCE(null),
    VARIANT(null),
    UINT32(ElementType.UINT32),
    UINT16(ElementType.UINT16),
    INT4(ElementType.INT8),
    BFLOAT16(ElementType.BFLOAT16);

    private static final TensorType[] BY_CODE = values();

    private final @Nullable ElementType element;

    TensorType(@Nullable ElementType element) {
        this.element = element;
    }

    /** The ONNX type that holds its values (4-bit integers are widened to 8), or null where none does. */
    public @Nullable ElementType element() {
        return element;
    }

    /** Whether values of this type stand for real numbers by scale and zero point, where a tensor has them. */
    public boolean quantizable() {
        return this == INT8 || this == UINT8 || this == INT16 || this == INT4;
    }

    static @Nullable TensorType of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
