package io.edgeai.monitor.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DriftTestTest {
    private static final DriftTest TEST = DriftTest.ofDefaults();

    private static double[] draw(Random random, int n, ToDoubleFunction<Random> value) {
        double[] values = new double[n];
        Arrays.setAll(values, i -> value.applyAsDouble(random));
        return values;
    }

    private static double poisson3(Random random) {
        double limit = Math.exp(-3);
        double product = random.nextDouble();
        int count = 0;
        while (product > limit) {
            product *= random.nextDouble();
            count++;
        }
        return count;
    }

    /** Share of rounds in which a shift of the current sample is found at 5 %. */
    private static double found(
            int rounds, int n, ToDoubleFunction<Random> before, ToDoubleFunction<Random> now, long seed) {
        Random random = new Random(seed);
        int found = 0;
        for (int i = 0; i < rounds; i++) {
            found += DriftTest.of(0.05, i)
                            .compare(draw(random, 1000, before), draw(random, n, now))
                            .drifted()
                    ? 1
                    : 0;
        }
        return (double) found / rounds;
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 100, 300, 1000})
    void falseAlarmsAreFivePercentOnContinuousData(int n) {
        assertThat(found(800, n, Random::nextGaussian, Random::nextGaussian, n)).isCloseTo(0.05, within(0.022));
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 300})
    void falseAlarmsAreFivePercentOnCountsWithManyTies(int n) {
        assertThat(found(800, n, DriftTestTest::poisson3, DriftTestTest::poisson3, n))
                .isCloseTo(0.05, within(0.022));
    }

    @Test
    void aShiftOfTheMeanIsFound() {
        assertThat(found(200, 300, Random::nextGaussian, r -> r.nextGaussian() + 0.25, 1))
                .isGreaterThan(0.9);
    }

    @Test
    void aWiderSpreadIsFoundWhereKolmogorovSmirnovIsBlind() {
        assertThat(found(200, 100, Random::nextGaussian, r -> 1.25 * r.nextGaussian(), 2))
                .isGreaterThan(0.65);
        Random random = new Random(2);
        int byKs = 0;
        for (int i = 0; i < 200; i++) {
            ColumnDrift column = TEST.compare(
                    draw(random, 1000, Random::nextGaussian), draw(random, 100, r -> 1.25 * r.nextGaussian()));
            byKs += column.ksPValue() <= 0.05 ? 1 : 0;
        }
        assertThat(byKs / 200.0).isLessThan(0.4);
    }

    @Test
    void aTailOfTwoPercentIsFoundInAThousand() {
        assertThat(found(
                        100,
                        1000,
                        Random::nextGaussian,
                        r -> r.nextDouble() < 0.02 ? 5 + r.nextGaussian() : r.nextGaussian(),
                        3))
                .isGreaterThan(0.7);
    }

    @Test
    void fiftyColumnsWithoutDriftRarelyGiveAnyFinding() {
        Random random = new Random(4);
        int any = 0;
        for (int round = 0; round < 60; round++) {
            any += TEST.compare(columns(random, 50, 0), columns(random, 50, 0)).drifted() ? 1 : 0;
        }
        assertThat(any).isLessThanOrEqualTo(8); // 3 expected; P(more than 8) below 0.5 %
    }

    @Test
    void amongFiftyColumnsTheFiveThatDriftAreNamed() {
        Random random = new Random(5);
        DriftReport report = TEST.compare(columns(random, 50, 0), columns(random, 50, 0.5));
        List<String> drifted = report.columns().stream()
                .filter(ColumnDrift::drifted)
                .map(ColumnDrift::name)
                .toList();
        assertThat(drifted).contains("c0", "c1", "c2", "c3", "c4").hasSizeLessThan(8);
        assertThat(report.strongest())
                .hasValueSatisfying(column -> assertThat(column.medianShift()).isBetween(0.2, 0.6));
    }

    private static List<Column> columns(Random random, int count, double shiftOfFirstFive) {
        List<Column> columns = new ArrayList<>();
        for (int c = 0; c < count; c++) {
            double shift = c < 5 ? shiftOfFirstFive : 0;
            columns.add(Column.numeric("c" + c, draw(random, 400, r -> r.nextGaussian() + shift)));
        }
        return columns;
    }

    @Test
    void anUnseenLevelIsFound() {
        Random random = new Random(6);
        int found = 0;
        for (int round = 0; round < 100; round++) {
            List<String> before = levels(random, 1000, 0);
            List<String> now = levels(random, 300, 0.02);
            found += TEST.compare(List.of(Column.categorical("l", before)), List.of(Column.categorical("l", now)))
                            .drifted()
                    ? 1
                    : 0;
        }
        assertThat(found).isGreaterThan(85);
    }

    @Test
    void unchangedLevelsGiveFivePercent() {
        Random random = new Random(7);
        int found = 0;
        for (int round = 0; round < 400; round++) {
            found += TEST.compare(
                                    List.of(Column.categorical("l", levels(random, 500, 0))),
                                    List.of(Column.categorical("l", levels(random, 100, 0))))
                            .drifted()
                    ? 1
                    : 0;
        }
        assertThat(found / 400.0).isCloseTo(0.05, within(0.033));
    }

    private static List<String> levels(Random random, int n, double unseen) {
        List<String> out = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            double u = random.nextDouble();
            out.add(u < unseen ? "new" : u < 0.6 ? "a" : u < 0.9 ? "b" : u < 0.99 ? "c" : "d");
        }
        return out;
    }

    @Test
    void effectSizesMeanWhatTheySay() {
        Random random = new Random(8);
        ColumnDrift column = TEST.compare(
                draw(random, 20_000, Random::nextGaussian), draw(random, 20_000, r -> 2 * r.nextGaussian() + 1.349));
        assertThat(column.medianShift()).isCloseTo(1, within(0.05)); // the IQR of a standard normal is 1.349
        assertThat(column.logSpreadRatio()).isCloseTo(Math.log(2), within(0.03));
        assertThat(column.psi()).isGreaterThan(0.5);
        assertThat(column.ksDistance()).isBetween(0.3, 0.6);
        assertThat(column.adjustedPValue()).isLessThan(1e-10);
    }

    @Test
    void psiOfTwoLevelsEqualsItsFormula() {
        double index = StabilityIndex.ofCounts(new int[] {500, 500}, new int[] {750, 250});
        assertThat(index).isCloseTo(0.25 * Math.log(1.5) - 0.25 * Math.log(0.5), within(2e-3));
    }

    @Test
    void constantsAndMissingNumbersAreNoDriftAndNoCrash() {
        double[] constant = new double[100];
        assertThat(TEST.compare(constant, constant).drifted()).isFalse();
        double[] holes = new double[100];
        Arrays.fill(holes, 0, 60, Double.NaN);
        Column column = Column.numeric("x", holes);
        assertThat(column.missing()).isEqualTo(60);
        assertThat(column.size()).isEqualTo(40);
        assertThat(TEST.compare(constant, holes).drifted()).isFalse();
    }

    @Test
    void fewerThanThirtyValuesAreNotTested() {
        ColumnDrift column = TEST.compare(new double[29], new double[1000]);
        assertThat(column.tested()).isFalse();
        assertThat(column.drifted()).isFalse();
        DriftReport report = TEST.compare(List.of(Column.numeric("x", 1, 2, 3)), List.of(Column.numeric("x", 4, 5, 6)));
        assertThat(report.smallestAdjustedPValue()).isEqualTo(1);
        assertThat(report.strongest()).isEmpty();
    }

    @Test
    void columnsThatDoNotMatchAreRefusedByName() {
        assertThatThrownBy(() -> TEST.compare(List.of(Column.numeric("a")), List.of(Column.numeric("b"))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(b, numeric)")
                .hasMessageContaining("(a, numeric)");
        assertThatThrownBy(
                        () -> TEST.compare(List.of(Column.numeric("a")), List.of(Column.categorical("a", List.of()))))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> TEST.compare(List.of(), List.of(Column.numeric("a"))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(1)");
        assertThatThrownBy(() -> DriftTest.of(5, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(5.0)");
    }

    @Test
    void aSeedRepeatsTheVerdict() {
        Random random = new Random(9);
        double[] before = draw(random, 200, DriftTestTest::poisson3);
        double[] now = draw(random, 200, DriftTestTest::poisson3);
        assertThat(DriftTest.of(0.05, 3).compare(before, now))
                .isEqualTo(DriftTest.of(0.05, 3).compare(before, now));
    }
}
