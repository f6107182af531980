package io.edgeai.optimize.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BestObserverTest {
    private final Calibrator calibrator = new Calibrator(Ort.runtime());

    @Test
    void itsRangeRoundsTheSamplesAtLeastAsWellAsEveryOther() {
        for (int seed = 0; seed < 6; seed++) {
            OnnxGraph graph = GraphBuilder.residualNet(13, seed);
            List<Map<String, Tensor>> feeds = feeds(seed, 12);
            Set<String> values = Set.of("x", "r1", "c3", "pool", "y");
            Map<String, ValueRange> best =
                    calibrator.ranges(graph, feeds, values, CalibrationMethod.BEST, Progress.NONE);
            for (CalibrationMethod method : CalibrationMethod.values()) {
                Map<String, ValueRange> other = calibrator.ranges(graph, feeds, values, method, Progress.NONE);
                for (String value : values) {
                    assertThat(error(graph, feeds, value, Objects.requireNonNull(best.get(value))))
                            .as("seed %d %s against %s", seed, value, method)
                            .isLessThanOrEqualTo(
                                    error(graph, feeds, value, Objects.requireNonNull(other.get(value))) * 1.0001
                                            + 1e-9);
                }
            }
        }
    }

    @Test
    void anOutlierIsClippedAndACleanValueIsNot() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 1, 50000);
        b.node("Neg", "y", "x");
        OnnxGraph graph = b.output("y").graph();
        Random random = new Random(4);
        float[] values = new float[50000];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        assertThat(best(graph, values).high()).isGreaterThan(0.99f);
        values[7] = 40;
        assertThat(best(graph, values).high())
                .as("the best edge is where 40 - c = 50000·c / (12·255²)")
                .isBetween(36.5f, 38.7f);
    }

    @Test
    void progressReachesItsTotalInThreePasses() {
        AtomicLong last = new AtomicLong();
        AtomicLong total = new AtomicLong();
        calibrator.ranges(
                GraphBuilder.residualNet(13, 1),
                feeds(1, 5),
                Set.of("r1", "r2"),
                CalibrationMethod.BEST,
                (phase, done, all) -> {
                    assertThat(done).isEqualTo(last.get() + 1);
                    last.set(done);
                    total.set(all);
                });
        assertThat(last.get()).isEqualTo(15).isEqualTo(total.get());
    }

    private ValueRange best(OnnxGraph graph, float[] values) {
        List<Map<String, Tensor>> feeds = List.of(Map.of("x", Tensor.of(values, 1, values.length)));
        return Objects.requireNonNull(calibrator
                .ranges(graph, feeds, Set.of("x"), CalibrationMethod.BEST, Progress.NONE)
                .get("x"));
    }

    /** Squared rounding error of all samples, by the definition of QuantizeLinear in floats. */
    private double error(OnnxGraph graph, List<Map<String, Tensor>> feeds, String value, ValueRange range) {
        double low = Math.min(0, range.low());
        double scale = Math.max((Math.max(0, range.high()) - low) / 255, Float.MIN_NORMAL);
        double zero = Math.rint(-low / scale);
        double sum = 0;
        for (Map<String, Tensor> feed : feeds) {
            Tensor tensor = Objects.requireNonNull(
                    calibrator.values(graph, feed, List.of(value)).get(value));
            for (float v : tensor.floats()) {
                double level = Math.min(255, Math.max(0, Math.rint(v / scale) + zero));
                sum += Math.pow(v - (level - zero) * scale, 2);
            }
        }
        return sum;
    }

    private static List<Map<String, Tensor>> feeds(int seed, int count) {
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            feeds.add(Map.of("x", Ort.tensor(new Random(seed * 100L + i), 1, 3, 8, 8)));
        }
        return feeds;
    }
}
