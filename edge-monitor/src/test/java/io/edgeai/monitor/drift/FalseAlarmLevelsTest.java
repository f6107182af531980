package io.edgeai.monitor.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where nothing changed, a test at 5 % says that something did in 5 % ± 1.5 of the comparisons, whatever the data. With {@code
 * -Dedgeai.full=true} over so many rounds that chance is a third of the 1.5 at most; else chance is added to it.
 */
class FalseAlarmLevelsTest {
    private static final boolean FULL = Boolean.getBoolean("edgeai.full");
    private static final double LEVEL = 0.05;
    private static final double ASKED = 0.015;

    private static final Map<String, ToDoubleFunction<Random>> NUMBERS = new TreeMap<>(Map.of(
            "normal", Random::nextGaussian,
            "log-normal", random -> Math.exp(random.nextGaussian()),
            "cauchy", random -> Math.tan(Math.PI * (random.nextDouble() - 0.5)),
            "rounded to halves", random -> Math.rint(2 * random.nextGaussian()) / 2,
            "counts of mean 3",
                    random -> IntStream.range(0, 30)
                            .filter(i -> random.nextInt(10) == 0)
                            .count(),
            "zero in nine of ten", random -> random.nextInt(10) == 0 ? random.nextGaussian() : 0,
            "yes in one of four", random -> random.nextInt(4) == 0 ? 1 : 0));

    private static final Map<String, ToDoubleFunction<Random>> LEVELS = new TreeMap<>(Map.of(
            "four levels", random -> random.nextInt(4),
            "forty levels", random -> random.nextInt(40),
            "rare levels", random -> Math.floor(Math.log(1 - random.nextDouble()) / Math.log(0.6))));

    private static double share(String what, int rounds, int n, BiPredicate<Random, Integer> alarm) {
        Random random = new Random(what.hashCode() + 31L * n);
        int alarms = 0;
        for (int round = 0; round < rounds; round++) {
            alarms += alarm.test(random, round) ? 1 : 0;
        }
        double found = (double) alarms / rounds;
        double chance = FULL ? 0 : 4 * Math.sqrt(LEVEL * (1 - LEVEL) / rounds);
        assertThat(found)
                .as("%s, %d values a side, %d rounds", what, n, rounds)
                .isBetween(LEVEL - ASKED - chance, LEVEL + ASKED + chance);
        return found;
    }

    private static double[] draw(Random random, int n, ToDoubleFunction<Random> value) {
        return IntStream.range(0, n)
                .mapToDouble(i -> value.applyAsDouble(random))
                .toArray();
    }

    private static List<Column> numbers(Random random, int n, ToDoubleFunction<Random> value) {
        return List.of(Column.numeric("value", draw(random, n, value)));
    }

    private static List<Column> names(Random random, int n, ToDoubleFunction<Random> value) {
        return List.of(Column.categorical(
                "name",
                IntStream.range(0, n)
                        .mapToObj(i -> "level " + (int) value.applyAsDouble(random))
                        .toList()));
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 100, 300, 1000, 5000})
    void ofNumbersAndNames(int n, TestReporter reporter) {
        int rounds = FULL ? 5000 : Math.max(100, 20_000 / n);
        NUMBERS.forEach((what, value) -> ofColumns(what, rounds, n, random -> numbers(random, n, value), reporter));
        LEVELS.forEach((what, value) -> ofColumns(what, rounds, n, random -> names(random, n, value), reporter));
    }

    private static void ofColumns(
            String what, int rounds, int n, Function<Random, List<Column>> side, TestReporter reporter) {
        double found = share(what, rounds, n, (random, round) -> DriftTest.of(LEVEL, round)
                .compare(side.apply(random), side.apply(random))
                .drifted());
        reporter.publishEntry(what + ", " + n, "false alarms " + found);
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 300, 1000})
    void ofDistances(int n, TestReporter reporter) {
        int rounds = FULL ? 2000 : Math.max(60, 5000 / n);
        NUMBERS.forEach((what, value) -> {
            double mover = share(what, rounds, n, (random, round) -> DistanceTest.of(LEVEL, 200, round)
                    .wasserstein(draw(random, n, value), draw(random, n, value))
                    .drifted());
            double divergence = share(what, rounds, n, (random, round) -> DistanceTest.of(LEVEL, 200, round)
                    .jensenShannon(draw(random, n, value), draw(random, n, value))
                    .drifted());
            reporter.publishEntry(
                    what + ", " + n, "false alarms of Wasserstein " + mover + ", of Jensen-Shannon " + divergence);
        });
    }
}
