package io.edgeai.monitor.anomaly.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.anomaly.spi.Row;
import io.edgeai.monitor.anomaly.spi.Scorer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A detector of a host's, whatever its scores look like, keeps the budget. */
class CalibratedScorerTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Scores in very different units and shapes, of the same order or not. */
    private static Scorer scorer(String kind) {
        return switch (kind) {
            case "size" -> row -> Math.abs(row.residual());
            case "tiny, below zero" -> row -> Math.abs(row.residual()) * 1e-7 - 3;
            case "explosive" -> row -> Math.exp(3 * Math.abs(row.residual()));
            case "sum" -> new Sum();
            default -> row -> row.value();
        };
    }

    /** An exponentially weighted sum, which can be kept. */
    private static final class Sum implements Scorer {
        private double sum;

        @Override
        public double score(Row row) {
            sum = 0.9 * sum + row.residual();
            return Math.abs(sum);
        }

        @Override
        public byte[] save() {
            return ByteBuffer.allocate(Double.BYTES).putDouble(sum).array();
        }

        @Override
        public void restore(byte[] state) {
            sum = ByteBuffer.wrap(state).getDouble();
        }
    }

    private static int alerts(CalibratedScorer detector, int rows, Duration step, Random random) {
        int alerts = 0;
        for (int row = 0; row < rows; row++) {
            alerts += detector.update(row * step.toMillis(), random.nextGaussian()) >= 0.5 ? 1 : 0;
        }
        return alerts;
    }

    /** Alerts on white noise are at most binomial with the budget's chance: mean and four deviations. */
    @ParameterizedTest
    @CsvSource({
        "size, 0.1, 10, 20",
        "size, 2, 60, 100",
        "'tiny, below zero', 2, 60, 100",
        "explosive, 2, 60, 100",
        "sum, 2, 60, 100",
        "value, 2, 60, 100",
        "size, 2, 300, 300"
    })
    void whiteNoiseKeepsTheBudget(String kind, double perDay, int seconds, int days) {
        long seed = 40L + seconds;
        Duration step = Duration.ofSeconds(seconds);
        int series = 2;
        int alerts = 0;
        for (int i = 0; i < series; i++) {
            CalibratedScorer detector = new CalibratedScorer(new FalseAlarmBudget(perDay), step, "own", scorer(kind));
            alerts += alerts(detector, days * 86_400 / seconds, step, new Random(seed + i));
        }
        double accepted = perDay * days * series;
        assertThat((double) alerts).as("seeds %s and on", seed).isLessThan(accepted + 4 * Math.sqrt(accepted));
        if (perDay > 1) {
            assertThat((double) alerts).as("it still says something").isGreaterThan(accepted / 20);
        }
    }

    /** A detector that cries at random, one row in ten thousand, is ten times the budget by itself and held down. */
    @Test
    void oneThatCriesTooOftenIsHeldToTwiceTheBudget() {
        Random cries = new Random(3);
        CalibratedScorer detector = new CalibratedScorer(
                new FalseAlarmBudget(0.1), Duration.ofSeconds(10), "wolf", row -> cries.nextInt(10_000) == 0 ? 1 : 0);
        int days = 60;
        int alerts = alerts(detector, days * 8640, Duration.ofSeconds(10), new Random(4));
        assertThat(alerts).as("seeds 3, 4; 52 cries").isLessThanOrEqualTo((int) (2 * 0.1 * days) + 2);
    }

    @ParameterizedTest
    @CsvSource({"size", "'tiny, below zero'", "explosive", "sum"})
    void whatIsFarOffIsAnAlert(String kind) {
        CalibratedScorer detector = new CalibratedScorer(FalseAlarmBudget.ofDefaults(), MINUTE, "own", scorer(kind));
        int before = alerts(detector, 3000, MINUTE, new Random(8));
        assertThat(detector.update(3000 * 60_000L, 25)).as("seed 8").isGreaterThanOrEqualTo(0.5);
        assertThat(before).isLessThanOrEqualTo(1);
        assertThat(detector.update(3001 * 60_000L, 25)).as("the same event").isLessThan(0.5);
    }

    @Test
    void nothingToSayIsNoSurprise() {
        CalibratedScorer mute = new CalibratedScorer(FalseAlarmBudget.ofDefaults(), MINUTE, "mute", row -> Double.NaN);
        CalibratedScorer constant = new CalibratedScorer(FalseAlarmBudget.ofDefaults(), MINUTE, "constant", row -> 7);
        for (int row = 0; row < 5000; row++) {
            assertThat(mute.update(row, row)).isZero();
            assertThat(constant.update(row, row)).isLessThan(0.5);
        }
        assertThat(mute.update(1, Double.NaN)).isZero();
    }

    /** Restored at any row, it gives the same alarms as one that never stopped, to the last bit. */
    @Test
    void aRestartLeavesNoTrace() {
        FalseAlarmBudget budget = new FalseAlarmBudget(20);
        Supplier<CalibratedScorer> fresh = () -> new CalibratedScorer(budget, MINUTE, "sum", new Sum());
        CalibratedScorer running = fresh.get();
        CalibratedScorer restarted = fresh.get();
        Random random = new Random(12);
        int alerts = 0;
        for (int row = 0; row < 20_000; row++) {
            if (row == 7 || row == 150 || row == 12_345) {
                byte[] state = restarted.save();
                restarted = fresh.get();
                restarted.restore(state);
            }
            double value = random.nextGaussian();
            double score = running.update(row * 60_000L, value);
            assertThat(restarted.update(row * 60_000L, value))
                    .as("row %s, seed 12", row)
                    .isEqualTo(score);
            alerts += score >= 0.5 ? 1 : 0;
        }
        assertThat(alerts).isPositive();
        assertThat(running.save().length).isLessThan(8192);
    }

    @Test
    void severalShareTheBudgetAndTheLoudestIsNamed() {
        OwnDetectors both = OwnDetectors.of(
                new FalseAlarmBudget(0.2),
                MINUTE,
                Map.of("up", () -> row -> row.residual(), "down", () -> row -> -row.residual()));
        Random random = new Random(5);
        for (int row = 0; row < 3000; row++) {
            assertThat(both.update(row * 60_000L, random.nextGaussian()))
                    .as("seed 5")
                    .isLessThan(0.5);
        }
        byte[] state = both.save();
        assertThat(both.update(3000 * 60_000L, 30)).isGreaterThanOrEqualTo(0.5);
        assertThat(both.loudest()).isEqualTo("up");
        both.restore(state);
        assertThat(both.update(3000 * 60_000L, -30)).isGreaterThanOrEqualTo(0.5);
        assertThat(both.loudest()).isEqualTo("down");
        for (byte[] wrong : new byte[][] {{}, new byte[50], java.util.Arrays.copyOf(state, state.length - 1)}) {
            assertThatThrownBy(() -> both.restore(wrong)).isInstanceOf(InvalidInputException.class);
        }
        assertThatThrownBy(() -> OwnDetectors.of(new FalseAlarmBudget(1), MINUTE, Map.of()))
                .isInstanceOf(InvalidInputException.class);
    }
}
