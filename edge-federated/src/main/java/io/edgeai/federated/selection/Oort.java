package io.edgeai.federated.selection;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Utility × speed (after Lai et al. 2021). A participant that was seen is worth {@code samples · loss}, plus
 * {@code √(0.1 · ln round / last)} of the greatest worth, last being the round in which it was seen, as it grows less well
 * known; times {@code (T/t)²} where its time t is above T, the time within which four fifths of those seen are ready. A share of each round is new ones: 0.9 at
 * first, times 0.98 each round, at least 0.2. The others are drawn by worth among those of at least 95 % of the worth that
 * would just do.
 *
 * @param count participants of a round
 */
record Oort(int count) implements Selection {
    private static final double FIRST_EXPLORATION = 0.9;
    private static final double LEAST_EXPLORATION = 0.2;
    private static final double DECAY = 0.98;
    private static final double CUT = 0.95;
    private static final double READY = 0.8;
    private static final double LEAST_WORTH = 1e-9;

    Oort {
        if (count < 1) {
            throw new InvalidInputException("count (" + count + ") of selected participants must be at least 1.");
        }
    }

    @Override
    public int[] select(int round, int population, SplittableRandom random) {
        return Uniform.draw(Math.min(count, population), population, random);
    }

    @Override
    public Course start() {
        return new Learning();
    }

    private final class Learning implements Course {
        private final Memory worth = new Memory(Double.NaN);
        private final Memory seconds = new Memory(Double.NaN);
        private final Memory seen = new Memory(0);

        @Override
        public int[] select(Candidates candidates, SplittableRandom random) {
            int[] known = Arrays.stream(candidates.numbers())
                    .filter(number -> seen.get(number) > 0)
                    .toArray();
            int[] unknown = Arrays.stream(candidates.numbers())
                    .filter(number -> seen.get(number) == 0)
                    .toArray();
            double share = Math.max(LEAST_EXPLORATION, FIRST_EXPLORATION * Math.pow(DECAY, candidates.round() - 1));
            int size = Math.min(count, candidates.size());
            int fresh = Math.min(unknown.length, Math.max((int) Math.round(share * size), size - known.length));
            int[] explored = Draw.uniform(unknown, fresh, random);
            int[] exploited = best(known, size - fresh, candidates.round(), random);
            return IntStream.concat(Arrays.stream(exploited), Arrays.stream(explored))
                    .toArray();
        }

        private int[] best(int[] known, int wanted, int round, SplittableRandom random) {
            if (wanted == 0) {
                return new int[0];
            }
            double greatest = Arrays.stream(known).mapToDouble(worth::get).max().orElse(0);
            double limit = timeLimit(known);
            double[] values = Arrays.stream(known)
                    .mapToDouble(number -> value(number, round, greatest, limit))
                    .toArray();
            int[] ranked = IntStream.range(0, known.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> -values[i]))
                    .mapToInt(i -> i)
                    .toArray();
            double cut = CUT * values[ranked[wanted - 1]];
            int[] good = Arrays.stream(ranked).filter(i -> values[i] >= cut).toArray();
            return Arrays.stream(Draw.weighted(good, wanted, i -> Math.max(LEAST_WORTH, values[i]), random))
                    .map(i -> known[i])
                    .toArray();
        }

        private double value(int number, int round, double greatest, double limit) {
            double value = worth.get(number) + greatest * Math.sqrt(0.1 * Math.log(round) / seen.get(number));
            double time = seconds.get(number);
            return time > limit ? value * (limit / time) * (limit / time) : value;
        }

        private double timeLimit(int[] known) {
            double[] times = Arrays.stream(known)
                    .mapToDouble(seconds::get)
                    .filter(time -> !Double.isNaN(time))
                    .sorted()
                    .toArray();
            return times.length == 0 ? Double.POSITIVE_INFINITY : times[(int) (READY * (times.length - 1))];
        }

        /** Who did not answer is worth nothing until its age makes it interesting again. */
        @Override
        public void observe(Candidates candidates, List<Experience> experiences) {
            for (Experience one : experiences) {
                seen.set(one.participant(), candidates.round());
                double loss = Double.isNaN(one.loss()) ? 1 : Math.max(0, one.loss());
                worth.set(one.participant(), one.reported() ? one.samples() * loss : 0);
                if (!Double.isNaN(one.seconds())) {
                    seconds.set(one.participant(), one.seconds());
                }
            }
        }

        @Override
        public double[][] state() {
            return new double[][] {worth.state(), seconds.state(), seen.state()};
        }

        @Override
        public void restore(double[][] state) {
            worth.restore(state[0]);
            seconds.restore(state[1]);
            seen.restore(state[2]);
        }
    }
}
