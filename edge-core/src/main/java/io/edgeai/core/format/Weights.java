package io.edgeai.core.format;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import java.util.List;

/** How weights are counted, the same in every format, so that one model has one count in all of them. */
final class Weights {
    private static final long MOST = Long.MAX_VALUE / 256;

    private Weights() {}

    /** Whether constants of that type are learned numbers; the others hold shapes, axes, counters, names and flags. */
    static boolean learned(ElementType type) {
        return switch (type) {
            case INT16, UINT16, INT32, UINT32, INT64, UINT64, BOOL, STRING -> false;
            default -> true;
        };
    }

    /** Elements with open dimensions taken as 0, and more than can be told in bits as 0. */
    static long elements(List<Dim> shape) {
        long elements = 1;
        for (Dim dim : shape) {
            elements = times(elements, Math.max(0, dim.size()));
        }
        return elements;
    }

    static long times(long elements, long size) {
        return size > 0 && elements > MOST / size ? 0 : elements * size;
    }

    /** A sum that stops at what a long can count. */
    static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}
