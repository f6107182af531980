package io.edgeai.core.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Distances of random answers against sums and maxima written out with the JDK's streams. */
class AnswersPropertyTest {
    private static double[] values(Random random, int length) {
        double[] values = new double[length];
        Arrays.setAll(values, i -> random.nextInt(9) - 4 + (random.nextBoolean() ? 0.5 : 0));
        return values;
    }

    private static int firstLargest(double[] values) {
        double largest = DoubleStream.of(values).max().orElse(0);
        return IntStream.range(0, values.length)
                .filter(i -> values[i] == largest)
                .findFirst()
                .orElse(0);
    }

    private static DoubleStream gaps(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i]));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void scoresOfAnyLength(long seed) {
        Random random = new Random(seed);
        int agreed = 0;
        for (int round = 0; round < 500; round++) {
            int length = 2 + random.nextInt(4);
            double[] a = values(random, length);
            double[] b = values(random, length);
            Answers answers = Answers.compare(Map.of("y", Tensor.of(a, length)), Map.of("y", Tensor.of(b, length)));
            String context = "seed %d: %s and %s".formatted(seed, Arrays.toString(a), Arrays.toString(b));
            assertThat(answers.agree()).as(context).isEqualTo(firstLargest(a) == firstLargest(b));
            assertThat(answers.largest()).as(context).isEqualTo(gaps(a, b).max().orElseThrow());
            assertThat(answers.mean())
                    .as(context)
                    .isCloseTo(gaps(a, b).average().orElseThrow(), within(1e-12));
            agreed += answers.agree() ? 1 : 0;
        }
        assertThat(agreed).as("seed %d: both outcomes occur", seed).isBetween(50, 450);
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void severalOutputsAgreeTogetherOrNot(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            Map<String, Tensor> one = new LinkedHashMap<>();
            Map<String, Tensor> other = new LinkedHashMap<>();
            boolean agree = true;
            double largest = 0;
            double means = 0;
            int outputs = 1 + random.nextInt(4);
            for (int i = 0; i < outputs; i++) {
                double[] a = values(random, 3);
                double[] b = random.nextBoolean() ? a : values(random, 3);
                one.put("out" + i, Tensor.of(a, 3));
                other.put("out" + i, Tensor.of(b, 3));
                agree &= firstLargest(a) == firstLargest(b);
                largest = Math.max(largest, gaps(a, b).max().orElseThrow());
                means += gaps(a, b).average().orElseThrow();
            }
            Answers answers = Answers.compare(one, other);
            String context = "seed %d, round %d".formatted(seed, round);
            assertThat(answers.agree()).as(context).isEqualTo(agree);
            assertThat(answers.largest()).as(context).isEqualTo(largest);
            assertThat(answers.mean()).as(context).isCloseTo(means / outputs, within(1e-12));
            Answers reverse = Answers.compare(other, one);
            assertThat(reverse).as(context + ", the other way round").isEqualTo(answers);
            other.put("extra", Tensor.of(new double[1], 1));
            assertThat(Answers.compare(one, other).largest()).as(context).isInfinite();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 1001, true",
        "1000, 1001.01, false",
        "1000, 999, true",
        "-1000, -999, true",
        "0, 0.001, true",
        "0, 0.0011, false",
        "0.5, 0.5009, true",
        "0.5, 0.502, false",
        "NaN, NaN, true",
        "NaN, 1, false",
        "Infinity, Infinity, true",
        "-Infinity, -Infinity, true",
    })
    void oneValueIsComparedWithinAThousandthOfItself(double one, double other, boolean agree) {
        Map<String, Tensor> left = Map.of("y", Tensor.of(new double[] {one}, 1));
        Map<String, Tensor> right = Map.of("y", Tensor.of(new double[] {other}, 1));
        assertThat(Answers.compare(left, right).agree()).isEqualTo(agree);
    }
}
