package io.edgeai.placement.gap;

import java.util.Arrays;

/**
 * The 0-1 knapsack with real profits and whole weights, exactly: sorts by profit per weight, fixes what Dantzig's bound
 * proves in or out, and solves the few items left by dynamic programming over capacity. Where that table would be too
 * large, the value is Dantzig's bound and the set the greedy one. Scratch space is kept between calls. Not thread-safe.
 */
final class Knapsack {
    private static final long MOST_CELLS = 1L << 26;

    private double[] profit = new double[0];
    private int[] weight = new int[0];
    private boolean[] taken = new boolean[0];
    private long[] order = new long[0];
    private int[] core = new int[0];
    private double[] best = new double[0];
    private long[] chosen = new long[0];
    private int count;
    private double critical;

    /** Begins a knapsack of at most so many items. */
    void clear(int most) {
        count = 0;
        if (profit.length < most) {
            profit = new double[most];
            weight = new int[most];
            taken = new boolean[most];
            order = new long[most];
            core = new int[most];
        }
    }

    /** Adds an item of positive profit; returns its index. */
    int add(double itsProfit, int itsWeight) {
        profit[count] = itsProfit;
        weight[count] = itsWeight;
        return count++;
    }

    boolean taken(int index) {
        return taken[index];
    }

    /** Profit per weight of the first item that did not fit; 0 where all fit. */
    double critical() {
        return critical;
    }

    /** The most profit within the capacity, or a little more where that is too large to find out. */
    double solve(int capacity) {
        for (int t = 0; t < count; t++) {
            float ratio = weight[t] == 0 ? Float.POSITIVE_INFINITY : (float) (profit[t] / weight[t]);
            order[t] = ((long) ~Float.floatToRawIntBits(ratio) << 32) | t;
        }
        Arrays.sort(order, 0, count);
        double greedy = 0;
        int left = capacity;
        critical = 0;
        for (int o = 0; o < count; o++) {
            int t = (int) order[o];
            taken[t] = weight[t] <= left;
            if (taken[t]) {
                left -= weight[t];
                greedy += profit[t];
            } else if (critical == 0) {
                critical = profit[t] / weight[t];
            }
        }
        return critical == 0 ? greedy : improve(greedy, capacity);
    }

    /** By weak duality at the critical ratio, an item whose margin exceeds the gap has its place in every better set. */
    private double improve(double greedy, int capacity) {
        double upper = critical * capacity;
        for (int t = 0; t < count; t++) {
            upper += Math.max(0, profit[t] - critical * weight[t]);
        }
        double gap = upper - greedy + 1e-9 * Math.max(1, upper);
        double fixed = 0;
        int left = capacity;
        int size = 0;
        for (int t = 0; t < count; t++) {
            double margin = profit[t] - critical * weight[t];
            if (margin > gap) {
                fixed += profit[t];
                left -= weight[t];
            } else if (margin >= -gap) {
                core[size++] = t;
            }
        }
        if (left < 0) {
            return greedy;
        }
        if ((long) size * (left + 1L) > MOST_CELLS) {
            return upper;
        }
        double of = fill(size, left);
        if (fixed + of <= greedy) {
            return greedy;
        }
        for (int t = 0; t < count; t++) {
            taken[t] = profit[t] - critical * weight[t] > gap;
        }
        int at = left;
        for (int c = size - 1; c >= 0; c--) {
            if (bit((long) c * (left + 1) + at)) {
                taken[core[c]] = true;
                at -= weight[core[c]];
            }
        }
        return fixed + of;
    }

    private double fill(int size, int left) {
        if (best.length <= left) {
            best = new double[left + 1];
        }
        Arrays.fill(best, 0, left + 1, 0);
        int words = (int) (((long) size * (left + 1) >>> 6) + 1);
        if (chosen.length < words) {
            chosen = new long[words];
        }
        Arrays.fill(chosen, 0, words, 0);
        for (int c = 0; c < size; c++) {
            int w = weight[core[c]];
            double p = profit[core[c]];
            long row = (long) c * (left + 1);
            for (int at = left; at >= w; at--) {
                double with = best[at - w] + p;
                if (with > best[at]) {
                    best[at] = with;
                    chosen[(int) (row + at >>> 6)] |= 1L << (row + at);
                }
            }
        }
        return best[left];
    }

    private boolean bit(long index) {
        return (chosen[(int) (index >>> 6)] & 1L << index) != 0;
    }
}
