package io.edgeai.monitor.anomaly.series;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.monitor.anomaly.AnomalyDetector;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.anomaly.Signals;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeriesDetectorTest {
    private static final long STEP = 300_000;

    /** Whether any of the rows from {@code from} to {@code to} is an alert, with a fault from row 2000 on. */
    private static boolean found(long seed, int to, Fault fault) {
        DoubleSupplier signal = Signals.of("diurnal", seed, 288);
        AnomalyDetector detector = SeriesDetector.ofDefaults();
        boolean found = false;
        for (int i = 0; i < to; i++) {
            double value = signal.getAsDouble();
            double score = detector.update(STEP * i, i >= 2000 ? fault.apply(i - 2000, value) : value);
            found |= i >= 2000 && score >= 0.5;
        }
        return found;
    }

    @FunctionalInterface
    private interface Fault {
        double apply(int row, double value);
    }

    @Test
    void faultsOfManyKindsAreFound() {
        int spikes = 0;
        int shifts = 0;
        int noise = 0;
        int flat = 0;
        Random random = new Random(1);
        for (int seed = 0; seed < 10; seed++) {
            spikes += found(seed, 2003, (row, value) -> value + 20) ? 1 : 0;
            shifts += found(seed, 2060, (row, value) -> value + 8) ? 1 : 0;
            noise += found(seed, 2060, (row, value) -> value + 5 * random.nextGaussian()) ? 1 : 0;
            flat += found(seed, 2144, (row, value) -> 10) ? 1 : 0;
        }
        assertThat(spikes).as("spike").isGreaterThanOrEqualTo(9);
        assertThat(shifts).as("level shift").isGreaterThanOrEqualTo(9);
        assertThat(noise).as("volatility").isGreaterThanOrEqualTo(9);
        assertThat(flat).as("flat line").isGreaterThanOrEqualTo(7);
    }

    @Test
    void aHealthySeasonalSeriesKeepsTheBudget() {
        int alerts = 0;
        int seeds = 10;
        int days = 40;
        for (int seed = 0; seed < seeds; seed++) {
            alerts += alerts("diurnal", seed, 300, days);
        }
        assertThat(alerts).isLessThanOrEqualTo(40 + 18); // 0.1 a day and three standard errors
    }

    /** Half to twice the budget of 0.1 a day on noise that has nothing in it, with three standard errors of either count. */
    @ParameterizedTest
    @CsvSource({
        "gaussian, 60, 150",
        "student, 60, 150",
        "lognormal, 60, 150",
        "gaussian, 300, 400",
        "slow-ar, 300, 400",
        "student, 300, 400",
        "diurnal, 300, 400",
        "gaussian, 3600, 2000",
        "lognormal, 3600, 2000",
        "poisson, 3600, 2000"
    })
    void noiseUsesTheBudgetUp(String kind, int seconds, int days) {
        double least = 0.05 * days;
        double most = 0.2 * days;

        assertThat((double) alerts(kind, 5, seconds, days))
                .as("alerts in %s days, seed 5", days)
                .isBetween(least - 3 * Math.sqrt(least), most + 3 * Math.sqrt(most));
    }

    @ParameterizedTest
    @CsvSource({"gaussian, 10, 10", "ar, 10, 10", "student, 10, 10", "constant, 300, 200"})
    void atMostTwiceTheBudgetWhereThereAreTooFewDaysToTellMore(String kind, int seconds, int days) {
        double most = 0.2 * days;

        assertThat((double) alerts(kind, 5, seconds, days))
                .as("alerts in %s days, seed 5", days)
                .isLessThanOrEqualTo(most + 3 * Math.sqrt(most));
    }

    private static int alerts(String kind, long seed, int seconds, int days) {
        int perDay = 86_400 / seconds;
        DoubleSupplier signal = Signals.of(kind, seed, perDay);
        AnomalyDetector detector = SeriesDetector.ofDefaults();
        int alerts = 0;
        for (int i = 0; i < days * perDay; i++) {
            alerts += detector.update(1000L * seconds * i, signal.getAsDouble()) >= 0.5 ? 1 : 0;
        }
        return alerts;
    }

    @Test
    void aSmallerBudgetGivesFewerAlerts() {
        int[] alerts = new int[2];
        double[] budgets = {0.001, 10};
        for (int b = 0; b < 2; b++) {
            DoubleSupplier signal = Signals.of("gaussian", 3, 288);
            AnomalyDetector detector = new SeriesDetector(new FalseAlarmBudget(budgets[b]));
            for (int i = 0; i < 30_000; i++) {
                alerts[b] += detector.update(STEP * i, signal.getAsDouble()) >= 0.5 ? 1 : 0;
            }
        }
        assertThat(alerts[0]).isLessThan(alerts[1] / 4);
    }

    @Test
    void theFutureDoesNotChangePastScores() {
        DoubleSupplier signal = Signals.of("diurnal", 4, 288);
        AnomalyDetector one = SeriesDetector.ofDefaults();
        AnomalyDetector other = SeriesDetector.ofDefaults();
        double[] scores = new double[3000];
        double[] values = new double[6000];
        for (int i = 0; i < values.length; i++) {
            values[i] = signal.getAsDouble();
        }
        for (int i = 0; i < values.length; i++) {
            double score = one.update(STEP * i, values[i]);
            if (i < scores.length) {
                scores[i] = score;
            }
        }
        for (int i = 0; i < scores.length; i++) {
            assertThat(other.update(STEP * i, values[i])).isEqualTo(scores[i]);
        }
        assertThat(other.update(STEP * 3000L, -1000)).isGreaterThan(0.5);
    }

    @Test
    void dirtyInputNeverGivesAnythingButAScore() {
        Random random = new Random(5);
        double[] wild = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e300, -1e300, 0, -0.0, 4e-320
        };
        AnomalyDetector detector = SeriesDetector.ofDefaults();
        long at = 0;
        for (int i = 0; i < 20_000; i++) {
            at += random.nextInt(20) == 0 ? random.nextLong() >> 20 : STEP;
            double value = random.nextInt(10) == 0 ? wild[random.nextInt(wild.length)] : random.nextGaussian();
            assertThat(detector.update(at, value))
                    .as("row %s, value %s", i, value)
                    .isBetween(0.0, 1.0);
        }
    }

    @Test
    void missingValuesLeaveNoTrace() {
        DoubleSupplier signal = Signals.of("ar", 6, 288);
        AnomalyDetector clean = SeriesDetector.ofDefaults();
        AnomalyDetector holes = SeriesDetector.ofDefaults();
        for (int i = 0; i < 2000; i++) {
            double value = signal.getAsDouble();
            assertThat(holes.update(STEP * i, Double.NaN)).isZero();
            assertThat(holes.update(STEP * i, value)).isEqualTo(clean.update(STEP * i, value));
        }
    }

    /** Fields and elements of everything reachable, 16 bytes a header. */
    @Test
    void theStateIsBelowSixtyFourKibibytes() throws IllegalAccessException {
        assertThat(bytes(SeriesDetector.ofDefaults(), new IdentityHashMap<>())).isBetween(10_000L, 65_536L);
    }

    private static long bytes(Object object, Map<Object, Boolean> seen) throws IllegalAccessException {
        if (object == null || seen.put(object, true) != null) {
            return 0;
        }
        long bytes = 16;
        if (object.getClass().isArray()) {
            Class<?> element = object.getClass().getComponentType();
            int length = Array.getLength(object);
            bytes += (long) length * size(element);
            for (int i = 0; i < length && !element.isPrimitive(); i++) {
                bytes += bytes(Array.get(object, i), seen);
            }
            return bytes;
        }
        for (Field field : object.getClass().getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                bytes += size(field.getType());
                if (!field.getType().isPrimitive()) {
                    field.setAccessible(true);
                    bytes += bytes(field.get(object), seen);
                }
            }
        }
        return bytes;
    }

    private static int size(Class<?> type) {
        if (type == long.class || type == double.class) {
            return 8;
        }
        return type == char.class || type == short.class ? 2 : type == byte.class || type == boolean.class ? 1 : 4;
    }
}
