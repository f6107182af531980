package io.edgeai.core.onnx.cost;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.shape.Shapes;
import java.util.List;

/** Sizes of a graph's values, an unknown dimension counted as 1, and sums that stop at 2^63-1. */
final class Sizes {
    private final Shapes shapes;

    Sizes(Shapes shapes) {
        this.shapes = shapes;
    }

    List<Dim> dims(String value) {
        return shapes.dims(value).orElse(List.of());
    }

    /** The i-th dimension, negative from the end; 1 where there is none or it is unknown. */
    long dim(String value, int i) {
        List<Dim> dims = dims(value);
        int place = i < 0 ? i + dims.size() : i;
        return place < 0 || place >= dims.size() ? 1 : size(dims.get(place));
    }

    /** Product of the dimensions from {@code first} on; 1 for a scalar. */
    long elementsFrom(String value, int first) {
        long product = 1;
        List<Dim> dims = dims(value);
        for (int i = first; i < dims.size(); i++) {
            product = times(product, size(dims.get(i)));
        }
        return product;
    }

    /** Elements of a value; 0 for one left out. */
    long elements(String value) {
        return value.isEmpty() ? 0 : elementsFrom(value, 0);
    }

    long bytes(String value) {
        ElementType type = value.isEmpty() ? null : shapes.element(value).orElse(null);
        if (type == null) {
            return 0;
        }
        long bits = times(elements(value), type.bits());
        return bits == Long.MAX_VALUE ? bits : (bits + 7) / 8;
    }

    boolean known(String value) {
        return shapes.complete(value);
    }

    private static long size(Dim dim) {
        return dim.known() ? dim.size() : 1;
    }

    static long plus(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    static long times(long a, long b) {
        if (a == 0 || b == 0) {
            return 0;
        }
        return a > Long.MAX_VALUE / b ? Long.MAX_VALUE : a * b;
    }

    static long times(long a, long b, long c) {
        return times(times(a, b), c);
    }
}
