package io.edgeai.core.model;

/**
 * One dimension of a shape: a number, or unknown with an optional symbol such as {@code batch}.
 *
 * @param size the number of elements, or -1 where unknown
 * @param symbol the name of an unknown dimension; empty where it has none
 */
public record Dim(long size, String symbol) {
    public static final Dim UNKNOWN = new Dim(-1, "");

    public static Dim of(long size) {
        return size < 0 ? UNKNOWN : new Dim(size, "");
    }

    public static Dim symbolic(String symbol) {
        return new Dim(-1, symbol);
    }

    public boolean known() {
        return size >= 0;
    }

    @Override
    public String toString() {
        return known() ? Long.toString(size) : symbol.isEmpty() ? "?" : symbol;
    }
}
