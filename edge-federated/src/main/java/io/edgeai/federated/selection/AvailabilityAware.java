package io.edgeai.federated.selection;

import java.util.List;
import java.util.SplittableRandom;

/** Draws by the inverse of how often each was there, and by the chance that it stays until the round ends. */
record AvailabilityAware(int count) implements Selection {
    private static final double LEAST = 1e-6;

    @Override
    public int[] select(int round, int population, SplittableRandom random) {
        return Uniform.draw(Math.min(count, population), population, random);
    }

    @Override
    public Course start() {
        return new Presence();
    }

    private final class Presence implements Course {
        private final Memory rounds = new Memory(0);

        /** In round r, one that was there in k of the rounds before counts (r + 1) / (k + 1) times its chance of staying. */
        @Override
        public int[] select(Candidates candidates, SplittableRandom random) {
            return Draw.weighted(
                    candidates.numbers(),
                    count,
                    number -> (candidates.round() + 1)
                            / (rounds.get(number) + 1)
                            * Math.max(LEAST, candidates.staying(number)),
                    random);
        }

        @Override
        public void observe(Candidates candidates, List<Experience> experiences) {
            for (int number : candidates.numbers()) {
                rounds.set(number, rounds.get(number) + 1);
            }
        }

        @Override
        public double[][] state() {
            return new double[][] {rounds.state()};
        }

        @Override
        public void restore(double[][] state) {
            rounds.restore(state[0]);
        }
    }
}
