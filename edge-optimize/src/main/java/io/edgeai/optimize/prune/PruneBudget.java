package io.edgeai.optimize.prune;

import io.edgeai.core.error.InvalidInputException;
import java.util.Map;
import java.util.TreeMap;

/** How much shall go. Values are immutable, and their text says it in words. */
public sealed interface PruneBudget {
    /**
     * So many times fewer multiply-accumulate operations, taken where the harm is least for the time won.
     *
     * @param times above 1, at most 100
     */
    static PruneBudget macs(double times) {
        return new MacReduction(times);
    }

    /**
     * So many times fewer parameters, and about as many times fewer bytes, taken where the harm is least for the bytes
     * won: from wide, late layers first, where {@link #macs} takes from early ones.
     *
     * @param times above 1, at most 100
     */
    static PruneBudget parameters(double times) {
        return new ParameterReduction(times);
    }

    /**
     * A share of all channels that can go, taken where the harm is least.
     *
     * @param share above 0, below 1
     */
    static PruneBudget channels(double share) {
        return new ChannelShare(share);
    }

    /**
     * The same share of every group.
     *
     * @param share above 0, below 1
     */
    static PruneBudget everyGroup(double share) {
        return new GroupShare(share);
    }

    /**
     * Widths by hand.
     *
     * @param keep channels to keep, by the name of a group; other groups stay as they are
     */
    static PruneBudget widths(Map<String, Integer> keep) {
        return new GivenWidths(keep);
    }

    /** @param times fewer operations */
    record MacReduction(double times) implements PruneBudget {
        public MacReduction {
            check(times, "MACs");
        }

        @Override
        public String toString() {
            return "pruned to " + times + " times fewer multiplications";
        }
    }

    /** @param times fewer parameters */
    record ParameterReduction(double times) implements PruneBudget {
        public ParameterReduction {
            check(times, "parameters");
        }

        @Override
        public String toString() {
            return "pruned to " + times + " times fewer parameters";
        }
    }

    /** @param share of all channels */
    record ChannelShare(double share) implements PruneBudget {
        public ChannelShare {
            check(share);
        }

        @Override
        public String toString() {
            return share + " of the channels pruned";
        }
    }

    /** @param share of each group */
    record GroupShare(double share) implements PruneBudget {
        public GroupShare {
            check(share);
        }

        @Override
        public String toString() {
            return share + " of each group of channels pruned";
        }
    }

    /** @param keep by group */
    record GivenWidths(Map<String, Integer> keep) implements PruneBudget {
        public GivenWidths {
            keep = Map.copyOf(keep);
            keep.forEach((group, width) -> {
                if (width < 1) {
                    throw new InvalidInputException(
                            "Width (" + width + ") of group (" + group + ") must be 1 or more.");
                }
            });
        }

        @Override
        public String toString() {
            return "pruned to widths " + new TreeMap<>(keep);
        }
    }

    private static void check(double times, String what) {
        if (!(times > 1 && times <= 100)) {
            throw new InvalidInputException("Reduction of " + what + " (" + times
                    + ") must be above 1 and at most 100. Maybe write 2 for half.");
        }
    }

    private static void check(double share) {
        if (!(share > 0 && share < 1)) {
            throw new InvalidInputException(
                    "Share of channels (" + share + ") must be above 0 and below 1. Maybe write 0.2 for 20 %.");
        }
    }
}
