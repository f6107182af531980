package io.edgeai.core.onnx.cost;

import java.util.EnumMap;
import java.util.Map;

/**
 * What takes time in a run, apart by what limits it, so that a machine has about one speed for each kind. Immutable.
 *
 * @param amounts above 0; kinds that do not occur are left out
 */
public record Work(Map<Kind, Double> amounts) {
    /** No work. */
    public static final Work NONE = new Work(Map.of());

    /** What limits a piece of work. */
    public enum Kind {
        /** Multiply-accumulates of convolutions and products of matrices, channels padded to blocks of 16. */
        DENSE,
        /** The same on 8-bit numbers. */
        INTEGER,
        /**
         * Multiply-accumulates of convolutions that engines have no vector layout for: groups of a few channels, or
         * weights that are no constants.
         */
        THIN,
        /** Bytes of weights that products read; recurrent weights at each step. */
        WEIGHTS,
        /** Of these, those of models whose weights are more than caches keep: 16 MB. */
        FAR_WEIGHTS,
        /** Bytes of values read and written by nodes that move up to 4 MB. */
        MOVED,
        /** The same of nodes that move more. */
        FAR_MOVED,
        /** Elements put through an exponential, a root or the like. */
        CURVED,
        /** Elements put through what engines do number by number: normalising layers and general powers. */
        NORMALISED,
        /** Comparisons in trees. */
        COMPARED,
        /** Nodes that run, but those that engines merge into the node before. */
        LAUNCHED,
        /** Steps of recurrent layers, one after the other. */
        STEPS
    }

    public Work {
        EnumMap<Kind, Double> positive = new EnumMap<>(Kind.class);
        amounts.forEach((kind, amount) -> {
            if (amount > 0) {
                positive.put(kind, amount);
            }
        });
        amounts = Map.copyOf(positive);
    }

    /** Work of one kind. */
    public static Work of(Kind kind, double amount) {
        return new Work(Map.of(kind, amount));
    }

    static Work of(Kind kind, long amount) {
        return of(kind, (double) amount);
    }

    /** How much of a kind there is, 0 or more. */
    public double amount(Kind kind) {
        return amounts.getOrDefault(kind, 0.0);
    }

    /** This and more of a kind. */
    public Work and(Kind kind, double amount) {
        return plus(of(kind, amount));
    }

    Work and(Kind kind, long amount) {
        return and(kind, (double) amount);
    }

    /** Both. */
    public Work plus(Work other) {
        EnumMap<Kind, Double> sum = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            sum.put(kind, amount(kind) + other.amount(kind));
        }
        return new Work(sum);
    }

    Work times(long count) {
        return times((double) count);
    }

    /** That many times this. */
    public Work times(double count) {
        EnumMap<Kind, Double> product = new EnumMap<>(Kind.class);
        amounts.forEach((kind, amount) -> product.put(kind, count * amount));
        return new Work(product);
    }

    /** This with all work of one kind taken as another. */
    Work as(Kind from, Kind to) {
        EnumMap<Kind, Double> changed = new EnumMap<>(Kind.class);
        amounts.forEach((kind, amount) -> changed.merge(kind == from ? to : kind, amount, Double::sum));
        return new Work(changed);
    }
}
