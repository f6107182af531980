package io.edgeai.monitor.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The level shift detector on signals around 10 whose season is laid on by the test, so that it is known exactly. */
class SeasonedLevelTest {
    private static final SeasonShare EDGE = new SeasonShare(0.8, 0.6, 1);

    private DoubleSupplier noise;
    private LevelShiftDetector detector;
    private int next;

    @BeforeEach
    void fresh() {
        noise = Signals.of("gaussian", 12, 8640);
        detector = detector();
    }

    private static LevelShiftDetector detector() {
        return new LevelShiftDetector(FalseAlarmBudget.ofDefaults(), Duration.ofSeconds(10), Direction.DOWN);
    }

    private static SeasonShare flat(double share) {
        return new SeasonShare(share, share, share);
    }

    /** Values around {@code mean} at one share; the newest score. */
    private double feed(int count, double mean, SeasonShare share) {
        double score = 0;
        for (int i = 0; i < count; i++) {
            score = detector.update(10_000L * next++, mean - 10 + noise.getAsDouble(), share);
        }
        return score;
    }

    @Test
    void aSeasonLaidOnChangesNoScore() {
        LevelShiftDetector plain = detector();
        for (int i = 0; i < 3000; i++) {
            double value = noise.getAsDouble() - (i % 1000 > 900 ? 4 : 0);
            double share = 1 + 0.5 * Math.sin(i / 100.0);
            double level = i == 0 ? value : detector.usual();
            double seasoned = i == 0 ? value * share : value + level * (share - 1);
            double score = detector.update(10_000L * i, seasoned, flat(share));
            assertThat(score).as("row %s, seed 12", i).isCloseTo(plain.update(10_000L * i, value), within(1e-6));
        }
    }

    @ParameterizedTest
    @CsvSource({"6, false", "8, false", "10, false", "13, false", "2, true"})
    void atAnEdgeAnythingFromTheLowerSideUpIsUsual(double mean, boolean alert) {
        feed(300, 10, flat(1));
        assertThat(feed(20, mean, EDGE) >= 0.5).as("seed 12").isEqualTo(alert);
    }

    @Test
    void atAnEdgeNothingIsLearnt() {
        feed(300, 10, flat(1));
        double before = detector.usual();
        feed(100, 13, EDGE);
        assertThat(detector.usual()).isEqualTo(before);
    }

    /** From 1.04 to 0.96 of 10 is less than one and a half of the spread of 1. */
    @Test
    void anEdgeThatDrownsInTheNoiseIsNone() {
        feed(300, 10, flat(1));
        double before = detector.usual();
        feed(100, 11, new SeasonShare(1, 0.95, 1.05));
        assertThat(detector.usual()).isGreaterThan(before + 0.2);
    }

    @ParameterizedTest
    @CsvSource({"0.5, 20", "1, 10", "2, 5", "0.25, 40", "0.1, 40"})
    void aSeasonIsPutOnWhereTheSignalStands(double share, double level) {
        feed(300, 10, flat(1));
        detector.putOnSeason(flat(share));
        assertThat(detector.usual()).as("seed 12").isCloseTo(level, within(0.05 * level));
    }

    /** At half the season 20 stands for 40; a lasting fall of the signal to 10 is a level of 20. */
    @Test
    void aLastingDropIsTakenOverAsTheLevelItStandsFor() {
        feed(300, 40, flat(1));
        feed(60, 20, flat(0.5));
        assertThat(detector.usual()).as("seed 12").isCloseTo(40, within(1.0));
        feed(185, 10, flat(0.5));
        assertThat(detector.usual()).as("seed 12").isCloseTo(20, within(1.5));
    }

    @Test
    void aFreshDetectorBeginsAtTheLevelOfItsFirstValue() {
        detector.update(0, 5, flat(0.5));
        assertThat(detector.usual()).isCloseTo(10, within(1e-9));
    }
}
