package io.edgeai.core.remote;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import java.util.Arrays;

/** Element types by the protocol's names; those it has no name for cannot travel. */
enum Datatype {
    BOOL(ElementType.BOOL),
    UINT8(ElementType.UINT8),
    UINT16(ElementType.UINT16),
    UINT32(ElementType.UINT32),
    UINT64(ElementType.UINT64),
    INT8(ElementType.INT8),
    INT16(ElementType.INT16),
    INT32(ElementType.INT32),
    INT64(ElementType.INT64),
    FP16(ElementType.FLOAT16),
    FP32(ElementType.FLOAT),
    FP64(ElementType.DOUBLE),
    BF16(ElementType.BFLOAT16),
    BYTES(ElementType.STRING);

    private final ElementType type;

    Datatype(ElementType type) {
        this.type = type;
    }

    ElementType type() {
        return type;
    }

    /** @throws InvalidInputException where the protocol has no such type */
    static Datatype of(ElementType type) {
        for (Datatype each : values()) {
            if (each.type == type) {
                return each;
            }
        }
        throw new InvalidInputException("Element type (" + type + ") cannot travel over the Open Inference Protocol."
                + " Maybe add a Cast to the model.");
    }

    /** @throws InvalidInputException where a name is not the protocol's */
    static Datatype named(String name) {
        for (Datatype each : values()) {
            if (each.name().equals(name)) {
                return each;
            }
        }
        throw new InvalidInputException(
                "Datatype (" + name + ") is unknown. Maybe one of " + Arrays.toString(values()) + ".");
    }
}
