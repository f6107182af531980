package io.edgeai.federated.selection;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A selection among those that have not been asked too recently, or too often.
 *
 * @param strict whether nobody is selected where the rule allows nobody; otherwise it does not count then
 */
record Rested(Selection inner, Rule rule, boolean strict) implements Selection {
    /** Who may be asked. */
    interface Rule {
        /**
         * @param last round in which it was selected; far below 0 for never
         * @param times it was selected
         * @param mean times over those that are there
         */
        boolean allows(int round, double last, double times, double mean);
    }

    @Override
    public int[] select(int round, int population, SplittableRandom random) {
        return inner.select(round, population, random);
    }

    @Override
    public Course start() {
        return new Counting(inner.start());
    }

    private final class Counting implements Course {
        private final Course own;
        private final Memory last = new Memory(Double.NEGATIVE_INFINITY);
        private final Memory times = new Memory(0);

        Counting(Course own) {
            this.own = own;
        }

        @Override
        public int[] select(Candidates candidates, SplittableRandom random) {
            int[] numbers = candidates.numbers();
            double mean =
                    Arrays.stream(numbers).mapToDouble(times::get).average().orElse(0);
            int[] allowed = Arrays.stream(numbers)
                    .filter(number -> rule.allows(candidates.round(), last.get(number), times.get(number), mean))
                    .toArray();
            return own.select(
                    allowed.length == 0 && !strict
                            ? candidates
                            : new Candidates(candidates.round(), allowed, candidates::samples, candidates::staying),
                    random);
        }

        @Override
        public void observe(Candidates candidates, List<Experience> experiences) {
            for (Experience one : experiences) {
                last.set(one.participant(), candidates.round());
                times.set(one.participant(), times.get(one.participant()) + 1);
            }
            own.observe(candidates, experiences);
        }

        @Override
        public double[][] state() {
            double[][] inside = own.state();
            double[][] all = Arrays.copyOf(inside, inside.length + 2);
            all[inside.length] = last.state();
            all[inside.length + 1] = times.state();
            return all;
        }

        @Override
        public void restore(double[][] state) {
            own.restore(Arrays.copyOf(state, state.length - 2));
            last.restore(state[state.length - 2]);
            times.restore(state[state.length - 1]);
        }
    }
}
