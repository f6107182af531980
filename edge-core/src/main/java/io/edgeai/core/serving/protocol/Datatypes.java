package io.edgeai.core.serving.protocol;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import java.util.LinkedHashMap;
import java.util.Map;

/** The protocol's names of element types: those of its specification, and Triton's {@code BF16}. */
final class Datatypes {
    private static final Map<String, ElementType> BY_NAME = names();

    private Datatypes() {}

    private static Map<String, ElementType> names() {
        Map<String, ElementType> names = new LinkedHashMap<>();
        names.put("BOOL", ElementType.BOOL);
        for (int bits = 8; bits <= 64; bits *= 2) {
            names.put("UINT" + bits, ElementType.valueOf("UINT" + bits));
            names.put("INT" + bits, ElementType.valueOf("INT" + bits));
        }
        names.put("FP16", ElementType.FLOAT16);
        names.put("BF16", ElementType.BFLOAT16);
        names.put("FP32", ElementType.FLOAT);
        names.put("FP64", ElementType.DOUBLE);
        names.put("BYTES", ElementType.STRING);
        return names;
    }

    /** @throws InvalidInputException for a name the protocol does not have */
    static ElementType parse(String input, String name) {
        ElementType type = BY_NAME.get(name);
        if (type == null) {
            throw new InvalidInputException("Input (" + input + ") has datatype (" + Excerpt.of(name)
                    + "), which is unknown. Maybe use one of " + BY_NAME.keySet() + ".");
        }
        return type;
    }

    static boolean named(ElementType type) {
        return BY_NAME.containsValue(type);
    }

    /** The protocol's name, or ONNX's for the types that the protocol cannot carry (complex, 8 bits and below). */
    static String name(ElementType type) {
        for (Map.Entry<String, ElementType> entry : BY_NAME.entrySet()) {
            if (entry.getValue() == type) {
                return entry.getKey();
            }
        }
        return type.name();
    }
}
