package io.edgeai.federated.selection;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/** The greatest last known losses among a few drawn by size. */
record PowerOfChoice(int count, int candidates) implements Selection {
    @Override
    public int[] select(int round, int population, SplittableRandom random) {
        return Uniform.draw(Math.min(count, population), population, random);
    }

    @Override
    public Course start() {
        return new Losses();
    }

    private final class Losses implements Course {
        private final Memory losses = new Memory(Double.POSITIVE_INFINITY);

        @Override
        public int[] select(Candidates there, SplittableRandom random) {
            int[] drawn =
                    Draw.weighted(there.numbers(), candidates, number -> Math.max(1, there.samples(number)), random);
            return Arrays.stream(drawn)
                    .boxed()
                    .sorted(Comparator.comparingDouble(number -> -losses.get(number)))
                    .limit(count)
                    .mapToInt(Integer::intValue)
                    .toArray();
        }

        @Override
        public void observe(Candidates there, List<Experience> experiences) {
            for (Experience one : experiences) {
                if (!Double.isNaN(one.loss())) {
                    losses.set(one.participant(), one.loss());
                }
            }
        }

        @Override
        public double[][] state() {
            return new double[][] {losses.state()};
        }

        @Override
        public void restore(double[][] state) {
            losses.restore(state[0]);
        }
    }
}
