package io.edgeai.monitor.anomaly.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazon.randomcutforest.RandomCutForest;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.monitor.anomaly.AnomalyDetector;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.anomaly.Signals;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomCutForestDetectorTest {
    private static final long STEP = 300_000;

    private static AnomalyDetector detector(double perDay) {
        return RandomCutForestDetector.of(new FalseAlarmBudget(perDay), 1);
    }

    /** The library itself, used as its readme has it, with the same seed. */
    @Test
    void scoresAreThoseOfTheLibrary() {
        RandomCutForest plain = RandomCutForest.builder()
                .dimensions(3)
                .numberOfTrees(50)
                .sampleSize(256)
                .randomSeed(9)
                .build();
        ForestScores forest = new ForestScores(3, 9);
        Random random = new Random(2);
        double last = 0;
        for (int row = 0; row < 600; row++) {
            double far = row == 599 ? 8 : 0;
            float[] point = {
                (float) (random.nextGaussian() + far), (float) random.nextGaussian(), (float) random.nextGaussian()
            };
            double expected = plain.getAnomalyScore(point);
            plain.update(point);
            assertThat(forest.next(point)).as("row %s, seed 2", row).isEqualTo(expected);
            last = expected;
        }
        assertThat(last).as("score of a point far off").isGreaterThan(1.5);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void aSpikeIsFoundAtOnce(long seed) {
        DoubleSupplier signal = Signals.of("diurnal", seed, 288);
        AnomalyDetector detector = detector(0.1);
        double score = 0;
        for (int row = 0; row <= 800; row++) {
            score = detector.update(STEP * row, signal.getAsDouble() + (row == 800 ? 40 : 0));
        }
        assertThat(score).as("seed %s", seed).isGreaterThanOrEqualTo(0.5);
    }

    /** 50 days at one a day; twice that, and three standard errors. */
    @ParameterizedTest
    @ValueSource(strings = {"gaussian", "student"})
    void noiseKeepsTwiceTheBudget(String kind) {
        DoubleSupplier signal = Signals.of(kind, 3, 24);
        AnomalyDetector detector = detector(1);
        int alerts = 0;
        for (int row = 0; row < 50 * 24; row++) {
            alerts += detector.update(3_600_000L * row, signal.getAsDouble()) >= 0.5 ? 1 : 0;
        }
        assertThat(alerts).as("seed 3").isLessThanOrEqualTo(100 + 30);
    }

    @Test
    void dirtyValuesLeaveNoTrace() {
        AnomalyDetector clean = detector(0.1);
        AnomalyDetector holes = detector(0.1);
        DoubleSupplier signal = Signals.of("ar", 6, 288);
        for (int row = 0; row < 600; row++) {
            double value = row == 400 ? 1e300 : signal.getAsDouble();
            assertThat(holes.update(STEP * row, row % 2 == 0 ? Double.NaN : Double.NEGATIVE_INFINITY))
                    .isZero();
            assertThat(holes.update(STEP * row, value)).isEqualTo(clean.update(STEP * row, value));
        }
    }

    @Test
    void withoutTheLibraryTheErrorNamesTheDependency() throws ReflectiveOperationException {
        Class<?> hidden = new WithoutForest().loadClass(RandomCutForestDetector.class.getName());

        assertThatThrownBy(() -> {
                    try {
                        hidden.getMethod("of", FalseAlarmBudget.class, long.class)
                                .invoke(null, FalseAlarmBudget.ofDefaults(), 1L);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                })
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageContaining("com/amazon/randomcutforest")
                .hasMessageContaining("Maybe add the dependency " + RandomCutForestDetector.DEPENDENCY);
    }

    /** Loads this package anew, as where the forest's library is not on the class path. */
    private static final class WithoutForest extends ClassLoader {
        WithoutForest() {
            super(RandomCutForestDetectorTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("com.amazon.")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("io.edgeai.monitor.anomaly.series.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (file == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = file.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
