package io.edgeai.formats.sklearn.graph;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The columns an estimator is given, as parts of the graph side by side; each part is text or numbers, [N, width].
 *
 * @param parts from left to right
 */
public record Features(List<Part> parts) {
    /**
     * Some columns of one type.
     *
     * @param value name in the graph
     * @param type DOUBLE, STRING, FLOAT, INT64 or BOOL
     * @param width number of columns
     */
    public record Part(String value, ElementType type, int width) {}

    public Features {
        parts = List.copyOf(parts);
    }

    /** Columns of doubles. */
    public static Features of(String value, int width) {
        return new Features(List.of(new Part(value, ElementType.DOUBLE, width)));
    }

    /** All columns of several, side by side. */
    public static Features join(List<Features> all) {
        return new Features(all.stream().flatMap(one -> one.parts().stream()).toList());
    }

    public int width() {
        return parts.stream().mapToInt(Part::width).sum();
    }

    /** Whether any column is text. */
    public boolean text() {
        return parts.stream().anyMatch(part -> part.type() == ElementType.STRING);
    }

    /**
     * All columns as doubles [N, width].
     *
     * @throws UnsupportedOperatorException where one of them is text
     */
    public String matrix(Emitter out) {
        if (text()) {
            throw new UnsupportedOperatorException("text columns where numbers are needed");
        }
        if (parts.isEmpty()) {
            throw new UnsupportedOperatorException("no columns");
        }
        List<String> values = new ArrayList<>();
        for (Part part : parts) {
            values.add(part.type() == ElementType.DOUBLE ? part.value() : out.toDouble(part.value()));
        }
        return out.concat(1, values);
    }

    /** One column, [N, 1], of its own type. */
    public Part column(Emitter out, int index) {
        int left = index;
        for (Part part : parts) {
            if (left >= 0 && left < part.width()) {
                return part.width() == 1 ? part : new Part(out.columns(part.value(), left), part.type(), 1);
            }
            left -= part.width();
        }
        throw new UnsupportedOperatorException("column (" + index + ") of " + width());
    }

    /** Columns in the order given; neighbours of one part stay together. */
    public Features select(Emitter out, int[] indices) {
        if (Arrays.equals(indices, IntStream.range(0, width()).toArray())) {
            return this;
        }
        List<Part> selected = new ArrayList<>();
        int at = 0;
        while (at < indices.length) {
            int start = 0;
            int p = 0;
            while (p < parts.size() && indices[at] >= start + parts.get(p).width()) {
                start += parts.get(p++).width();
            }
            if (p == parts.size() || indices[at] < 0) {
                throw new UnsupportedOperatorException("column (" + indices[at] + ") of " + width());
            }
            Part part = parts.get(p);
            int end = at;
            while (end < indices.length && indices[end] >= start && indices[end] < start + part.width()) {
                end++;
            }
            int from = start;
            int[] within = Arrays.stream(indices, at, end).map(i -> i - from).toArray();
            boolean whole =
                    Arrays.equals(within, IntStream.range(0, part.width()).toArray());
            selected.add(whole ? part : new Part(out.columns(part.value(), within), part.type(), within.length));
            at = end;
        }
        return new Features(selected);
    }
}
