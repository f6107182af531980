package io.edgeai.monitor.anomaly.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.anomaly.Signals;
import io.edgeai.monitor.anomaly.spi.ChangeTest;
import io.edgeai.monitor.anomaly.spi.Residual;
import io.edgeai.monitor.anomaly.spi.Row;
import io.edgeai.monitor.anomaly.spi.Scorer;
import io.edgeai.monitor.anomaly.spi.Season;
import io.edgeai.monitor.anomaly.spi.Tail;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each stage can be replaced, and without a replacement nothing is other than before. */
class SeriesPipelineTest {
    private static final FalseAlarmBudget BUDGET = FalseAlarmBudget.ofDefaults();
    private static final long MINUTE = 60_000;

    /** How long ago the value was below zero: a state that must be kept, and a score unlike the built-in ones. */
    private static final class Drought implements Scorer {
        private long rows;

        @Override
        public double score(Row row) {
            rows = row.value() < 0 ? 0 : rows + 1;
            return rows;
        }

        @Override
        public byte[] save() {
            return ByteBuffer.allocate(Long.BYTES).putLong(rows).array();
        }

        @Override
        public void restore(byte[] state) {
            rows = ByteBuffer.wrap(state).getLong();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gaussian", "diurnal"})
    void withoutReplacementsItIsTheMeasuredDetector(String kind) {
        DoubleSupplier signal = Signals.of(kind, 4, 288);
        SeriesDetector plain = new SeriesDetector(BUDGET);
        SeriesDetector built = SeriesDetector.builder().build(BUDGET);
        SeriesDetector explicit = SeriesDetector.builder()
                .season(CalendarSeason::new)
                .residual(Residual.difference())
                .tail(SurpriseScale::new)
                .ensemble(surprises -> Math.sqrt(
                        Arrays.stream(surprises).map(each -> each * each).sum()))
                .change(AlertGate::new)
                .build(BUDGET);
        for (int row = 0; row < 6000; row++) {
            double value = signal.getAsDouble();
            double score = plain.update(300_000L * row, value);
            assertThat(built.update(300_000L * row, value)).as("row %s", row).isEqualTo(score);
            assertThat(explicit.update(300_000L * row, value)).as("row %s", row).isCloseTo(score, within(1e-9));
        }
    }

    @Test
    void everyStageOfTheHostsIsAskedAndTheOrderHolds() {
        List<Double> residuals = new ArrayList<>();
        List<double[]> combined = new ArrayList<>();
        Tail one = (size, together) -> 1;
        SeriesDetector detector = SeriesDetector.builder()
                .season(() -> new Season() {
                    @Override
                    public double expected(long epochMillis, double otherwise) {
                        return 100;
                    }

                    @Override
                    public void learn(long epochMillis, double value, double intervalSeconds) {}
                })
                .residual((value, expected) -> value / expected)
                .tail(() -> one)
                .scorer("seen", () -> row -> {
                    residuals.add(row.residual());
                    return row.residual();
                })
                .ensemble(surprises -> {
                    combined.add(surprises.clone());
                    return 5;
                })
                .change(budget -> (surprise, seconds) -> surprise / 10)
                .build(BUDGET);
        double score = 0;
        for (int row = 0; row < 400; row++) {
            score = detector.update(row * MINUTE, 50);
        }
        assertThat(residuals).hasSize(400).containsOnly(0.5);
        assertThat(combined).hasSize(370).allSatisfy(surprises -> {
            assertThat(surprises).hasSize(10);
            assertThat(surprises[0]).as("point").isEqualTo(1);
            assertThat(surprises[1]).as("mean, of fine rows").isEqualTo(0.8);
        });
        // 400 rows are young: 400/550 of the surprise count; minutes are fine, so age takes nothing off
        assertThat(combined.get(369)[9]).as("the host's").isEqualTo(1);
        assertThat(score).isCloseTo(0.5 * 400 / 550, within(0.001));
    }

    /** A tail given by a lambda: it keeps nothing. */
    @Test
    void aTailOfTheHostsCalibratesTheBuiltInDeviationsToo() {
        SeriesDetector deaf =
                SeriesDetector.builder().tail(() -> (size, together) -> 0).build(BUDGET);
        Random random = new Random(9);
        for (int row = 0; row < 2000; row++) {
            assertThat(deaf.update(row * MINUTE, row == 1500 ? 1e6 : random.nextGaussian()))
                    .as("seed 9")
                    .isLessThan(0.5);
        }
    }

    /** White noise of either sign, then of one: no built-in deviation knows that, the host's does. */
    @Test
    void aDetectorInTheEnsembleFindsWhatItAloneKnows() {
        SeriesDetector with =
                SeriesDetector.builder().scorer("drought", Drought::new).build(BUDGET);
        Random random = new Random(21);
        int wrong = 0;
        int found = 0;
        for (int row = 0; row < 20_300; row++) {
            double value = random.nextGaussian();
            double score = with.update(row * MINUTE, row >= 20_000 ? Math.abs(value) : value);
            wrong += row < 20_000 && score >= 0.5 ? 1 : 0;
            found += row >= 20_000 && score >= 0.5 ? 1 : 0;
        }
        assertThat(found).as("seed 21").isPositive();
        assertThat(wrong).as("seed 21, 14 days at 0.1").isLessThanOrEqualTo(3);
    }

    /** Alerts on noise stay within twice the budget, as measured of the detector, and are hardly more than without. */
    @Test
    void theBudgetHoldsWithAnotherDetectorInTheEnsemble() {
        int with = alerts(SeriesDetector.builder().scorer("curve", () -> row -> Math.pow(Math.abs(row.residual()), 3)));
        int without = alerts(SeriesDetector.builder());
        System.out.println("alerts on noise, seeds 70 to 73: " + with + " with, " + without + " without, 36 accepted");
        assertThat(with).as("seeds 70 to 73").isLessThan(2 * 36).isLessThan((int) (without + 4 * Math.sqrt(without)));
    }

    private static int alerts(SeriesPipeline pipeline) {
        int alerts = 0;
        for (int series = 0; series < 4; series++) {
            Random random = new Random(70 + series);
            SeriesDetector detector = pipeline.build(new FalseAlarmBudget(0.3));
            for (int row = 0; row < 30 * 288; row++) {
                alerts += detector.update(300_000L * row, random.nextGaussian()) >= 0.5 ? 1 : 0;
            }
        }
        return alerts;
    }

    @Test
    void stagesAreKeptOverARestart() {
        SeriesPipeline pipeline = SeriesDetector.builder().scorer("drought", Drought::new);
        SeriesDetector running = pipeline.build(BUDGET);
        SeriesDetector restarted = pipeline.build(BUDGET);
        Random random = new Random(2);
        for (int row = 0; row < 3000; row++) {
            if (row == 1234) {
                restarted = pipeline.restore(BUDGET, restarted.save());
            }
            double value = random.nextGaussian() + (row > 2900 ? 20 : 0);
            assertThat(restarted.update(row * MINUTE, value))
                    .as("row %s", row)
                    .isEqualTo(running.update(row * MINUTE, value));
        }
        byte[] state = running.save();
        assertThatThrownBy(() -> SeriesDetector.restore(BUDGET, state))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("other stages")
                .hasMessageContaining("Maybe");
        byte[] plain = new SeriesDetector(BUDGET).save();
        assertThatThrownBy(() -> pipeline.restore(BUDGET, plain)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void aStageMayKeepMoreThanTheLibraryItself() {
        byte[] large = new byte[300_000];
        Arrays.fill(large, (byte) 3);
        byte[][] taken = new byte[1][];
        ChangeTest heavy = new ChangeTest() {
            @Override
            public double score(double surprise, double intervalSeconds) {
                return 0;
            }

            @Override
            public byte[] save() {
                return large;
            }

            @Override
            public void restore(byte[] state) {
                taken[0] = state;
            }
        };
        SeriesPipeline pipeline = SeriesDetector.builder().change(budget -> heavy);
        SeriesDetector unused = pipeline.restore(BUDGET, pipeline.build(BUDGET).save());
        assertThat(unused).isNotNull();
        assertThat(taken[0]).isEqualTo(large);
    }

    @Test
    void ofASeasonlessSeriesTheLevelIsExpected() {
        assertThat(Season.none().expected(5, 17)).isEqualTo(17);
        assertThat(Residual.logRatio().of(200, 100)).isCloseTo(Math.log(2), within(1e-12));
        List<Row> rows = new ArrayList<>();
        SeriesDetector detector = SeriesDetector.builder()
                .season(Season::none)
                .residual(Residual.logRatio())
                .scorer("rows", () -> row -> {
                    rows.add(row);
                    return 0;
                })
                .build(BUDGET);
        for (int row = 0; row < 50; row++) {
            detector.update(row * MINUTE, row == 49 ? 0 : 10);
        }
        assertThat(rows.get(48)).isEqualTo(new Row(48 * MINUTE, 10, 10, 0));
        assertThat(rows.get(49).residual())
                .as("the difference, where the logarithm is infinite")
                .isEqualTo(-10);
    }

    @Test
    void aNameCountsOnce() {
        SeriesPipeline pipeline = SeriesDetector.builder().scorer("mine", Drought::new);
        assertThatThrownBy(() -> pipeline.scorer("mine", Drought::new))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(mine)")
                .hasMessageContaining("Maybe");
    }
}
