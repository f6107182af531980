package io.edgeai.optimize.partition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Cuts a chain so that its slowest stage is as fast as possible, and among all such cuts so that least is sent: two
 * dynamic programs over the places where it may be cut, one for the bottleneck, one for the sum under that bottleneck.
 * Time grows with the square of the number of places. Stateless.
 */
final class BottleneckCuts {
    private final double[] sums;
    private final double[] transfer;
    private final List<Integer> ends;

    private BottleneckCuts(double[] times, double[] transfer, List<Integer> places) {
        this.sums = new double[times.length + 1];
        for (int i = 0; i < times.length; i++) {
            sums[i + 1] = sums[i] + times[i];
        }
        this.transfer = transfer;
        this.ends = new ArrayList<>(places);
        ends.add(times.length);
    }

    /**
     * The best cuts of a chain.
     *
     * @param times what each node takes
     * @param transfer what sending everything that crosses a position takes; as long as {@code times} plus 1
     * @param places where a cut may be, ascending, between 1 and the number of nodes minus 1
     * @param stages how many stages to make, 1 or more
     * @return {@code stages} - 1 positions, ascending; empty where there are fewer places
     */
    static List<Integer> of(double[] times, double[] transfer, List<Integer> places, int stages) {
        if (places.size() < stages - 1) {
            return List.of();
        }
        BottleneckCuts cuts = new BottleneckCuts(times, transfer, places);
        return cuts.leastSent(stages, cuts.bottleneck(stages));
    }

    /** The smallest possible time of the slowest stage. */
    private double bottleneck(int stages) {
        double[] best = new double[ends.size()];
        Arrays.setAll(best, end -> stage(0, ends.get(end)));
        for (int stage = 1; stage < stages; stage++) {
            double[] next = new double[ends.size()];
            Arrays.fill(next, Double.POSITIVE_INFINITY);
            for (int end = stage; end < next.length; end++) {
                for (int start = stage - 1; start < end; start++) {
                    double slowest = Math.max(best[start], stage(ends.get(start), ends.get(end)));
                    next[end] = Math.min(next[end], slowest);
                }
            }
            best = next;
        }
        return best[best.length - 1];
    }

    private List<Integer> leastSent(int stages, double slowest) {
        double[] best = new double[ends.size()];
        Arrays.setAll(best, end -> stage(0, ends.get(end)) <= slowest ? sent(ends.get(end)) : Double.POSITIVE_INFINITY);
        int[][] before = new int[stages][ends.size()];
        for (int stage = 1; stage < stages; stage++) {
            double[] next = new double[ends.size()];
            Arrays.fill(next, Double.POSITIVE_INFINITY);
            for (int end = stage; end < next.length; end++) {
                for (int start = stage - 1; start < end; start++) {
                    double sum = best[start] + sent(ends.get(end));
                    if (sum < next[end] && stage(ends.get(start), ends.get(end)) <= slowest) {
                        next[end] = sum;
                        before[stage][end] = start;
                    }
                }
            }
            best = next;
        }
        List<Integer> cuts = new ArrayList<>();
        int end = ends.size() - 1;
        for (int stage = stages - 1; stage > 0; stage--) {
            end = before[stage][end];
            cuts.add(ends.get(end));
        }
        Collections.reverse(cuts);
        return List.copyOf(cuts);
    }

    /** What the stage between two positions takes: its nodes, and sending on what crosses its end. */
    private double stage(int from, int to) {
        return sums[to] - sums[from] + sent(to);
    }

    private double sent(int position) {
        return position == transfer.length - 1 ? 0 : transfer[position];
    }
}
