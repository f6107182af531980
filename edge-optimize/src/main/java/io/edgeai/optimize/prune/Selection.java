package io.edgeai.optimize.prune;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.optimize.prune.channels.ChannelGroup;
import io.edgeai.optimize.prune.channels.Widths;
import io.edgeai.optimize.prune.solve.Ranking;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Chooses which channels go: the most dispensable of each group, groups by harm for what is won. Not thread-safe. */
final class Selection {
    private final List<Ranking> rankings;
    private final Widths widths;
    private final int roundTo;
    private final double leastShare;
    private final int block;
    private final Predicate<ChannelGroup> whole;
    private final int[] gone;
    private final boolean[] blocked;

    /**
     * @param roundTo widths left are multiples of it
     * @param leastShare of a group's channels that stays
     * @param block channels that kernels compute at once
     * @param whole which groups may go whole
     */
    Selection(
            List<Ranking> rankings,
            Widths widths,
            int roundTo,
            double leastShare,
            int block,
            Predicate<ChannelGroup> whole) {
        this.rankings = rankings;
        this.widths = widths;
        this.roundTo = roundTo;
        this.leastShare = leastShare;
        this.block = block;
        this.whole = whole;
        this.gone = new int[rankings.size()];
        this.blocked = new boolean[rankings.size()];
    }

    void choose(PruneBudget budget) {
        if (budget instanceof PruneBudget.MacReduction macs) {
            fewer(macs.times(), "MACs", () -> widths.macs(1), () -> widths.macs(block));
        } else if (budget instanceof PruneBudget.ParameterReduction parameters) {
            fewer(parameters.times(), "parameters", widths::parameters, widths::parameters);
        } else if (budget instanceof PruneBudget.ChannelShare share) {
            double goal = share.share()
                    * rankings.stream().mapToInt(r -> r.group().width()).sum();
            greedy(() -> removed() >= goal - 0.5, null);
        } else if (budget instanceof PruneBudget.GroupShare share) {
            for (int i = 0; i < gone.length; i++) {
                ChannelGroup group = rankings.get(i).group();
                int step = step(group);
                int keep = (int) Math.round(group.width() * (1 - share.share()) / step) * step;
                take(i, group.width() - Math.max(keep, least(group)));
            }
        } else if (budget instanceof PruneBudget.GivenWidths given) {
            given(given.keep());
        }
    }

    private void fewer(double times, String what, Cost exact, Cost weighed) {
        double before = exact.now();
        if (!greedy(() -> exact.now() <= before / times, weighed)) {
            throw new InvalidInputException("The model does not get (" + times + ") times fewer " + what + ", only "
                    + before / exact.now() + ". Maybe allow residual paths, smaller widths, or ask for less.");
        }
    }

    private void given(Map<String, Integer> keep) {
        TreeSet<String> unknown = new TreeSet<>(keep.keySet());
        for (int i = 0; i < gone.length; i++) {
            ChannelGroup group = rankings.get(i).group();
            Integer width = keep.get(group.name());
            if (width != null) {
                take(i, group.width() - width);
                unknown.remove(group.name());
            }
        }
        if (!unknown.isEmpty()) {
            throw new InvalidInputException("No group is named " + unknown + ". Maybe it is one of "
                    + rankings.stream().map(r -> r.group().name()).toList() + ".");
        }
    }

    int removed() {
        int sum = 0;
        for (int count : gone) {
            sum += count;
        }
        return sum;
    }

    /** Harm estimated for a group. */
    double damage(int group) {
        return rankings.get(group).damage().get(gone[group]);
    }

    /**
     * Steps of least harm for the cost saved, until done; false where no step is left before.
     *
     * @param cost null where each channel costs the same
     */
    private boolean greedy(Goal goal, @Nullable Cost cost) {
        while (!goal.reached()) {
            int best = -1;
            int bestTo = 0;
            double least = Double.POSITIVE_INFINITY;
            double now = cost == null ? 0 : cost.now();
            for (int i = 0; i < gone.length; i++) {
                for (int to : blocked[i] ? List.<Integer>of() : steps(i)) {
                    double harm = rankings.get(i).damage().get(to) - damage(i);
                    double won = cost == null ? to - gone[i] : won(i, to, now, cost);
                    double price = harm / won;
                    if (won > 0 && price < least) {
                        least = price;
                        best = i;
                        bestTo = to;
                    }
                }
            }
            if (best < 0) {
                return false;
            }
            take(best, bestTo);
        }
        return true;
    }

    private double won(int group, int to, double now, Cost cost) {
        List<Integer> order = rankings.get(group).order();
        for (int k = gone[group]; k < to; k++) {
            widths.remove(order.get(k));
        }
        double won = now - cost.now();
        for (int k = gone[group]; k < to; k++) {
            widths.restore(order.get(k));
        }
        return won;
    }

    /** The next widths to try: the next multiple, the next whole block, the least. */
    private List<Integer> steps(int i) {
        ChannelGroup group = rankings.get(i).group();
        int width = group.width() - gone[i];
        List<Integer> steps = new ArrayList<>();
        int step = step(group);
        int least = least(group);
        int next = (width - 1) / step * step;
        int blocks = Math.max(step, block / Math.max(1, group.indices()) / step * step);
        int nextBlock = (width - 1) / blocks * blocks;
        for (int keep : new int[] {next, nextBlock, least}) {
            if (keep >= least && keep < width && !steps.contains(group.width() - keep)) {
                steps.add(group.width() - keep);
            }
        }
        if (width > 0 && whole.test(group)) {
            steps.add(group.width());
        }
        return steps;
    }

    private int step(ChannelGroup group) {
        int a = roundTo;
        int b = group.indices();
        while (b != 0) {
            int rest = a % b;
            a = b;
            b = rest;
        }
        return roundTo / a;
    }

    private int least(ChannelGroup group) {
        int step = step(group);
        int least = (int) Math.ceil(group.width() * leastShare / step) * step;
        return Math.min(group.width(), Math.max(step, least));
    }

    /** Removes channels of a group until so many are gone; a channel without which an axis were empty stays. */
    private void take(int i, int to) {
        List<Integer> order = rankings.get(i).order();
        for (int k = gone[i]; k < Math.min(to, order.size()); k++) {
            widths.remove(order.get(k));
            if (!widths.viable()) {
                widths.restore(order.get(k));
                blocked[i] = true;
                gone[i] = k;
                return;
            }
        }
        gone[i] = Math.max(gone[i], to);
    }

    private interface Cost {
        double now();
    }

    private interface Goal {
        boolean reached();
    }
}
