package io.edgeai.federated.selection;

import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** Draws without replacement. Stateless. */
final class Draw {
    private Draw() {}

    /**
     * {@code count} of the numbers, each next one with a chance proportional to its weight among those that are left, by
     * exponential keys (Efraimidis and Spirakis 2006).
     *
     * @param weight above 0
     */
    static int[] weighted(int[] numbers, int count, IntToDoubleFunction weight, SplittableRandom random) {
        double[] keys = new double[numbers.length];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = -Math.log(1 - random.nextDouble()) / weight.applyAsDouble(numbers[i]);
        }
        return IntStream.range(0, numbers.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> keys[i]))
                .limit(count)
                .mapToInt(i -> numbers[i])
                .toArray();
    }

    /** {@code count} of the numbers, all with the same chance. */
    static int[] uniform(int[] numbers, int count, SplittableRandom random) {
        int[] places = Uniform.draw(Math.min(count, numbers.length), numbers.length, random);
        for (int i = 0; i < places.length; i++) {
            places[i] = numbers[places[i]];
        }
        return places;
    }
}
