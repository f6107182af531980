package io.edgeai.federated.data;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.SplittableRandom;

/** The partitioners behind {@link Partitioner}'s factories. */
final class Partitions {
    private Partitions() {}

    static int[][] iid(LabelledSet set, int participants, long seed) {
        int[] order = shuffled(set, participants, seed);
        double[] equal = new double[participants];
        Arrays.fill(equal, 1);
        return cut(order, equal);
    }

    static Partitioner labelShards(int shards) {
        if (shards < 1 || shards > 1000) {
            throw new InvalidInputException("shards (" + shards + ") must be 1 to 1000.");
        }
        return (set, participants, seed) -> {
            int[] order = shuffled(set, participants, (long) participants * shards, seed);
            int pieces = participants * shards;
            int[] sorted = new int[order.length];
            int at = 0;
            for (int label = 0; label < set.classes(); label++) {
                for (int position : order) {
                    if (set.label(position) == label) {
                        sorted[at++] = position;
                    }
                }
            }
            int[] deal = new int[pieces];
            Arrays.setAll(deal, i -> i);
            shuffle(deal, new SplittableRandom(seed).split());
            double[] equal = new double[pieces];
            Arrays.fill(equal, 1);
            int[][] piece = cut(sorted, equal);
            int[][] parts = new int[participants][];
            for (int p = 0; p < participants; p++) {
                int[][] own = new int[shards][];
                for (int s = 0; s < shards; s++) {
                    own[s] = piece[deal[p * shards + s]];
                }
                parts[p] = Arrays.stream(own).flatMapToInt(Arrays::stream).toArray();
            }
            return parts;
        };
    }

    static Partitioner powerLaw(double exponent) {
        if (!(exponent >= 0 && exponent <= 10)) {
            throw new InvalidInputException("exponent (" + exponent + ") must be 0 to 10.");
        }
        return (set, participants, seed) -> {
            int[] order = shuffled(set, participants, seed);
            double[] share = new double[participants];
            Arrays.setAll(share, p -> Math.pow(p + 1, -exponent));
            return cut(order, share);
        };
    }

    static Partitioner dirichlet(double alpha) {
        if (!(alpha >= 1e-3 && alpha <= 1e6)) {
            throw new InvalidInputException("alpha (" + alpha + ") must be 0.001 to 1000000.");
        }
        return (set, participants, seed) -> {
            int[] order = shuffled(set, participants, seed);
            SplittableRandom random = new SplittableRandom(seed).split();
            int[] owner = new int[set.size()];
            int[] counts = new int[participants];
            for (int label = 0; label < set.classes(); label++) {
                int wanted = label;
                int[] members = Arrays.stream(order)
                        .filter(position -> set.label(position) == wanted)
                        .toArray();
                double[] share = new double[participants];
                Arrays.setAll(share, p -> Math.max(gamma(alpha, random), Double.MIN_NORMAL));
                int[] bounds = bounds(members.length, share);
                for (int p = 0; p < participants; p++) {
                    for (int i = bounds[p]; i < bounds[p + 1]; i++) {
                        owner[members[i]] = p;
                        counts[p]++;
                    }
                }
            }
            fillEmpty(order, owner, counts);
            int[][] parts = new int[participants][];
            Arrays.setAll(parts, p -> new int[counts[p]]);
            int[] at = new int[participants];
            for (int position : order) {
                int p = owner[position];
                parts[p][at[p]++] = position;
            }
            return parts;
        };
    }

    /** Gives participants without samples one from whoever has most. */
    private static void fillEmpty(int[] order, int[] owner, int[] counts) {
        for (int p = 0; p < counts.length; p++) {
            if (counts[p] == 0) {
                int richest = 0;
                for (int q = 1; q < counts.length; q++) {
                    richest = counts[q] > counts[richest] ? q : richest;
                }
                for (int position : order) {
                    if (owner[position] == richest) {
                        owner[position] = p;
                        break;
                    }
                }
                counts[richest]--;
                counts[p]++;
            }
        }
    }

    private static int[] shuffled(LabelledSet set, int participants, long seed) {
        return shuffled(set, participants, participants, seed);
    }

    private static int[] shuffled(LabelledSet set, int participants, long pieces, long seed) {
        if (participants < 1) {
            throw new InvalidInputException("participants (" + participants + ") must be at least 1.");
        }
        if (set.size() < pieces) {
            throw new InvalidInputException("Cannot deal (" + set.size() + ") samples into " + pieces
                    + " parts. Maybe ask for fewer participants or shards.");
        }
        int[] order = new int[set.size()];
        Arrays.setAll(order, i -> i);
        shuffle(order, new SplittableRandom(seed));
        return order;
    }

    private static void shuffle(int[] values, SplittableRandom random) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = values[i];
            values[i] = values[j];
            values[j] = swap;
        }
    }

    /** Cuts into parts by share, each with at least one element. */
    private static int[][] cut(int[] values, double[] share) {
        int[] bounds = bounds(values.length - share.length, share);
        int[][] parts = new int[share.length][];
        Arrays.setAll(parts, p -> Arrays.copyOfRange(values, bounds[p] + p, bounds[p + 1] + p + 1));
        return parts;
    }

    /** Cumulative bounds of {@code total} elements by share. */
    private static int[] bounds(int total, double[] share) {
        double sum = Arrays.stream(share).sum();
        int[] bounds = new int[share.length + 1];
        double cumulative = 0;
        for (int p = 0; p < share.length; p++) {
            cumulative += share[p];
            bounds[p + 1] =
                    p == share.length - 1 ? total : (int) Math.min(total, Math.round(total * (cumulative / sum)));
        }
        return bounds;
    }

    /** Gamma(shape, 1) by Marsaglia and Tsang 2000; below shape 1 by their boost {@code G(a+1)·U^(1/a)}. */
    static double gamma(double shape, SplittableRandom random) {
        if (shape < 1) {
            return gamma(shape + 1, random) * Math.pow(1 - random.nextDouble(), 1 / shape);
        }
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double v = 1 + c * x;
            if (v > 0) {
                v = v * v * v;
                if (Math.log(1 - random.nextDouble()) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
                    return d * v;
                }
            }
        }
    }
}
