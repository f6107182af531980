package io.edgeai.optimize.prune.channels;

import java.util.BitSet;
import java.util.List;

/**
 * How wide every axis is while units come and go, for searches: taking a unit away costs a few additions. Not
 * thread-safe.
 */
public final class Widths {
    private final int[] counts;
    private final boolean[] mayBeEmpty;
    private final int[][] axesOfUnit;
    private final List<Term> macs;
    private final List<Term> parameters;
    private final BitSet removed = new BitSet();

    /** A node's multiplications or a constant's elements: fixed sizes' product, and the axes whose widths multiply it. */
    record Term(double fixed, List<Integer> axes) {
        Term {
            axes = List.copyOf(axes);
        }
    }

    Widths(int[] counts, boolean[] mayBeEmpty, int[][] axesOfUnit, List<Term> macs, List<Term> parameters) {
        this.counts = counts;
        this.mayBeEmpty = mayBeEmpty;
        this.axesOfUnit = axesOfUnit;
        this.macs = macs;
        this.parameters = parameters;
    }

    public void remove(int unit) {
        if (!removed.get(unit)) {
            removed.set(unit);
            change(unit, -1);
        }
    }

    public void restore(int unit) {
        if (removed.get(unit)) {
            removed.clear(unit);
            change(unit, 1);
        }
    }

    private void change(int unit, int by) {
        for (int axis : axesOfUnit[unit]) {
            counts[axis] += by;
        }
    }

    /** A copy of what is removed. */
    public BitSet removed() {
        return (BitSet) removed.clone();
    }

    /** Whether every axis keeps at least one index, save those inside branches that may go whole. */
    public boolean viable() {
        for (int axis = 0; axis < counts.length; axis++) {
            if (counts[axis] <= 0 && !mayBeEmpty[axis]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Multiply-accumulate operations of a run of batch 1.
     *
     * @param block channels are counted in whole blocks of so many, as vector kernels compute them; 1 counts exactly
     */
    public double macs(int block) {
        return sum(macs, block);
    }

    /** Elements of all constants. */
    public double parameters() {
        return sum(parameters, 1);
    }

    private double sum(List<Term> terms, int block) {
        double sum = 0;
        for (Term term : terms) {
            double product = term.fixed;
            for (int axis : term.axes) {
                product *= (counts[axis] + block - 1) / block * block;
            }
            sum += product;
        }
        return sum;
    }
}
