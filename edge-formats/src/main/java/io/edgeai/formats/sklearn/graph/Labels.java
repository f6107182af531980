package io.edgeai.formats.sklearn.graph;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ElementType;
import io.edgeai.formats.pickle.NumpyArray;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The classes of a classifier: whole numbers, text, booleans or doubles.
 *
 * @param values all of one of these kinds
 * @param type INT64, STRING, BOOL or DOUBLE
 */
public record Labels(List<Object> values, ElementType type) {
    public Labels {
        values = List.copyOf(values);
    }

    public static Labels of(NumpyArray classes) {
        return of(classes.values());
    }

    public static Labels of(List<Object> values) {
        if (values.stream().allMatch(String.class::isInstance)) {
            return new Labels(values, ElementType.STRING);
        }
        if (values.stream().allMatch(Boolean.class::isInstance)) {
            return new Labels(values, ElementType.BOOL);
        }
        if (values.stream().allMatch(Long.class::isInstance)) {
            return new Labels(values, ElementType.INT64);
        }
        if (values.stream().allMatch(value -> value instanceof Double || value instanceof Long)) {
            return new Labels(values, ElementType.DOUBLE);
        }
        throw new ModelFormatException("Classes (" + values + ") are neither all numbers nor all text.");
    }

    /** 0 to n-1, which many ensembles' members are trained on. */
    public static Labels upTo(int count) {
        return new Labels(LongStream.range(0, count).mapToObj(i -> (Object) i).toList(), ElementType.INT64);
    }

    public int size() {
        return values.size();
    }

    /** Whether they are 0 to n-1. */
    public boolean ordinal() {
        for (int i = 0; i < values.size(); i++) {
            if (!(values.get(i) instanceof Number number) || number.doubleValue() != i) {
                return false;
            }
        }
        return true;
    }

    /** The label at each index. */
    public String gather(Emitter out, String indices) {
        return type == ElementType.INT64 && ordinal() ? indices : out.gather(constant(out), indices, 0);
    }

    /** All labels, [n]. */
    public String constant(Emitter out) {
        int n = values.size();
        return switch (type) {
            case STRING -> out.strings(values.stream().map(String.class::cast).toList(), n);
            case BOOL -> {
                boolean[] flags = new boolean[n];
                for (int i = 0; i < n; i++) {
                    flags[i] = (Boolean) values.get(i);
                }
                yield out.booleans(flags, n);
            }
            case INT64 ->
                out.longs(values.stream().mapToLong(value -> (Long) value).toArray(), n);
            default ->
                out.constant(
                        values.stream()
                                .mapToDouble(value -> ((Number) value).doubleValue())
                                .toArray(),
                        n);
        };
    }

    /** Where a label of another set is in this one, or -1. */
    public int indexOf(Object label) {
        for (int i = 0; i < values.size(); i++) {
            Object own = values.get(i);
            boolean same = own instanceof Number a && label instanceof Number b
                    ? a.doubleValue() == b.doubleValue()
                    : own.equals(label);
            if (same) {
                return i;
            }
        }
        return -1;
    }
}
