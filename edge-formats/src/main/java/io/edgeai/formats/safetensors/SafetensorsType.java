package io.edgeai.formats.safetensors;

import io.edgeai.core.model.ElementType;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Element types of the format, under the names that headers use. */
public enum SafetensorsType {
    F64(64, ElementType.DOUBLE),
    F32(32, ElementType.FLOAT),
    F16(16, ElementType.FLOAT16),
    BF16(16, ElementType.BFLOAT16),
    I64(64, ElementType.INT64),
    I32(32, ElementType.INT32),
    I16(16, ElementType.INT16),
    I8(8, ElementType.INT8),
    U64(64, ElementType.UINT64),
    U32(32, ElementType.UINT32),
    U16(16, ElementType.UINT16),
    U8(8, ElementType.UINT8),
    BOOL(8, ElementType.BOOL),
    F8_E4M3(8, ElementType.FLOAT8E4M3FN),
    F8_E4M3FNUZ(8, ElementType.FLOAT8E4M3FNUZ),
    F8_E5M2(8, ElementType.FLOAT8E5M2),
    F8_E5M2FNUZ(8, null),
    F8_E8M0(8, null),
    F6_E2M3(6, null),
    F6_E3M2(6, null),
    F4(4, null),
    C64(64, ElementType.COMPLEX64);

    private static final Map<String, SafetensorsType> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Enum::name, Function.identity()));

    private final int bits;
    private final @Nullable ElementType element;

    SafetensorsType(int bits, @Nullable ElementType element) {
        this.bits = bits;
        this.element = element;
    }

    static @Nullable SafetensorsType of(String name) {
        return BY_NAME.get(name);
    }

    public int bits() {
        return bits;
    }

    /** The type of such tensors in a graph; null where the library has none. */
    public @Nullable ElementType element() {
        return element;
    }

    /** Whether elements are real numbers of 16 bits or more, as weights that compute are. */
    public boolean real() {
        return this == F64 || this == F32 || this == F16 || this == BF16;
    }
}
