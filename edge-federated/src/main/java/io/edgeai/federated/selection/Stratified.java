package io.edgeai.federated.selection;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** As many from each class of size. */
record Stratified(int count, int strata) implements Selection {
    @Override
    public int[] select(int round, int population, SplittableRandom random) {
        return Uniform.draw(Math.min(count, population), population, random);
    }

    @Override
    public Course start() {
        return this::select;
    }

    private int[] select(Candidates candidates, SplittableRandom random) {
        int[] bySize = Arrays.stream(candidates.numbers())
                .boxed()
                .sorted(Comparator.comparingInt(candidates::samples))
                .mapToInt(Integer::intValue)
                .toArray();
        int wanted = Math.min(count, bySize.length);
        IntStream chosen = IntStream.empty();
        for (int stratum = 0; stratum < strata; stratum++) {
            int[] own = Arrays.copyOfRange(bySize, part(bySize.length, stratum), part(bySize.length, stratum + 1));
            int some = part(wanted, stratum + 1) - part(wanted, stratum);
            chosen = IntStream.concat(chosen, Arrays.stream(Draw.uniform(own, some, random)));
        }
        return chosen.toArray();
    }

    /** Where a stratum begins, of a number of things. */
    private int part(int all, int stratum) {
        return (int) ((long) all * stratum / strata);
    }
}
