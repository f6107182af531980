package io.edgeai.core.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TensorDistanceTest {
    private static double apart(Tensor answered, Tensor wanted) {
        return TensorDistance.of(Map.of("y", answered), Map.of("y", wanted));
    }

    private static Tensor one(double value) {
        return Tensor.of(new double[] {value}, 1);
    }

    @ParameterizedTest
    @CsvSource({
        "0.5, 0.25, 0.25",
        "0.25, 0.5, 0.25",
        "3, 1, 2",
        "1, 3, 0.6666666666666666",
        "110, 100, 0.1",
        "-110, -100, 0.1",
        "100, -100, 2",
        "1e308, -1e308, Infinity",
        "NaN, NaN, 0",
        "NaN, 1, Infinity",
        "1, NaN, Infinity",
        "Infinity, Infinity, 0",
        "Infinity, -Infinity, Infinity",
        "1, Infinity, Infinity",
        "Infinity, 1, Infinity",
        "0.0, -0.0, 0",
    })
    void aValueIsComparedRelativelyAboveOneAndAbsolutelyBelow(double answered, double wanted, double distance) {
        assertThat(apart(one(answered), one(wanted))).isEqualTo(distance);
        float[] a = {(float) answered};
        float[] b = {(float) wanted};
        if (Double.isFinite(answered) && Math.abs(answered) < 1e6) {
            assertThat(apart(Tensor.of(a, 1), Tensor.of(b, 1))).isCloseTo(distance, within(1e-6 * (1 + distance)));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theWorstElementOfTheWorstOutputCounts(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            Map<String, Tensor> answered = new LinkedHashMap<>();
            Map<String, Tensor> wanted = new LinkedHashMap<>();
            double worst = 0;
            for (int output = 0; output <= random.nextInt(3); output++) {
                double[] a = random.doubles(1 + random.nextInt(6), -5, 5).toArray();
                double[] b = random.doubles(a.length, -5, 5).toArray();
                for (int i = 0; i < a.length; i++) {
                    double scale = b[i] > 1 ? b[i] : b[i] < -1 ? -b[i] : 1;
                    double gap = a[i] > b[i] ? a[i] - b[i] : b[i] - a[i];
                    worst = gap / scale > worst ? gap / scale : worst;
                }
                answered.put("out" + output, Tensor.of(a, a.length));
                wanted.put("out" + output, Tensor.of(b, b.length));
            }
            answered.put("extra", one(1e9));
            assertThat(TensorDistance.of(answered, wanted))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(worst);
            assertThat(TensorDistance.of(answered, answered)).isZero();
        }
    }

    static Stream<Arguments> answersOfAnotherKind() {
        Tensor two = Tensor.of(new float[] {1, 2}, 2);
        return Stream.of(
                Arguments.of("another shape", Tensor.of(new float[] {1, 2}, 1, 2), two),
                Arguments.of("fewer values", Tensor.of(new float[] {1}, 1), two),
                Arguments.of("another type", Tensor.of(new double[] {1, 2}, 2), two),
                Arguments.of("whole numbers", Tensor.of(new long[] {1, 3}, 2), Tensor.of(new long[] {1, 2}, 2)),
                Arguments.of("another text", Tensor.of(new String[] {"a "}, 1), Tensor.of(new String[] {"a"}, 1)),
                Arguments.of("int for long", Tensor.of(new int[] {1}, 1), Tensor.of(new long[] {1}, 1)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answersOfAnotherKind")
    void noToleranceAdmitsAnAnswerOfAnotherKind(String what, Tensor answered, Tensor wanted) {
        assertThat(apart(answered, wanted)).as(what).isInfinite();
        assertThat(apart(wanted, answered)).as(what).isInfinite();
        assertThat(apart(wanted, wanted)).as(what).isZero();
    }

    @Test
    void aMissingOutputIsInfinitelyFarAndNothingWantedIsAlwaysMet() {
        assertThat(TensorDistance.of(Map.of("x", one(1)), Map.of("y", one(1)))).isInfinite();
        assertThat(TensorDistance.of(Map.of("x", one(1)), Map.of())).isZero();
    }
}
