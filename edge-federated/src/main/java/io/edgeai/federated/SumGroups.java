package io.edgeai.federated;

import io.edgeai.core.error.QuorumNotReachedException;
import io.edgeai.federated.strategy.Aggregator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random groups of each round, of which only sums are learned, and the rule that makes one vector of the groups' means: who
 * sends a poisoned vector spoils the mean of one group (bucketing, Karimireddy et al. 2022; secure clusters, Velicheti et
 * al. 2021).
 *
 * @param size least participants of a group
 * @param rule over the groups' means, each weighed by how many are in it
 * @param seed draws the groups
 */
record SumGroups(int size, Aggregator rule, long seed) {
    /** Fewer groups than that have no majority. */
    static final int LEAST = 3;

    private static final long GROUPS = -7;

    /** The sum of a group's changes. */
    @SuppressWarnings("ArrayRecordComponent")
    record GroupSum(double[] changes, int participants) {}

    int count(int selected) {
        return selected / size;
    }

    /** Participants of the largest group. */
    int largest(int selected) {
        int groups = Math.max(1, count(selected));
        return Math.max(1, (selected + groups - 1) / groups);
    }

    /** @throws QuorumNotReachedException where a round has too few participants for {@link #LEAST} groups */
    void require(int round, int selected) {
        if (count(selected) < LEAST) {
            throw new QuorumNotReachedException("Round " + round + " has (" + selected + ") participants for ("
                    + count(selected) + ") groups of " + size + ", a robust rule needs at least " + LEAST
                    + ". Maybe select more, or make groups smaller.");
        }
    }

    /** Places of each group, ascending; sizes differ by one at most. The same in every repetition of the round. */
    List<List<Integer>> of(int round, int selected) {
        SplittableRandom random = new SplittableRandom(Seeds.mix(seed, round, GROUPS));
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < selected; i++) {
            order.add(i);
        }
        for (int i = selected - 1; i > 0; i--) {
            Collections.swap(order, i, random.nextInt(i + 1));
        }
        int count = Math.max(1, count(selected));
        List<List<Integer>> groups = new ArrayList<>();
        for (int g = 0; g < count; g++) {
            int from = Math.toIntExact((long) selected * g / count);
            int to = Math.toIntExact((long) selected * (g + 1) / count);
            List<Integer> group = new ArrayList<>(order.subList(from, to));
            Collections.sort(group);
            groups.add(group);
        }
        return groups;
    }

    /**
     * The rule's vector of the groups' means.
     *
     * @param model that participants were sent
     * @throws QuorumNotReachedException where fewer than {@link #LEAST} groups have a sum
     */
    double[] combined(int round, float[] model, List<GroupSum> sums) {
        if (sums.size() < LEAST) {
            throw new QuorumNotReachedException("Round " + round + " has sums of (" + sums.size()
                    + ") groups, a robust rule needs at least " + LEAST + ".");
        }
        Aggregator.Accumulator accumulator = rule.start(model);
        for (GroupSum sum : sums) {
            float[] mean = new float[model.length];
            for (int i = 0; i < mean.length; i++) {
                mean[i] = (float) (model[i] + sum.changes()[i] / sum.participants());
            }
            accumulator.add(mean, sum.participants());
        }
        return accumulator.result();
    }
}
