package io.edgeai.placement.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.OverloadedException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.cost.ModelCost;
import io.edgeai.core.onnx.cost.Work;
import io.edgeai.core.runtime.Engines;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationTest {
    private static final Duration EACH = Duration.ofMillis(20);

    /** An engine that takes a nanosecond a MAC, on its own clock: the median is that time, to the nanosecond. */
    @Test
    void timesAreThoseOfTheEngine() {
        TimedEngine engine = new TimedEngine(ModelCost::macs);

        CalibrationTimes times = engine.times(EACH);

        assertThat(times.millis()).hasSize(5);
        for (OnnxGraph graph : CalibrationModels.all()) {
            double millis = io.edgeai.core.onnx.cost.CostModel.of(graph).macs() / 1e6;
            assertThat(times.millis().get(graph.name())).as(graph.name()).isCloseTo(millis, within(1e-9));
        }
        assertThat(times.samples()).extracting(LatencyEstimator.Sample::millis).hasSize(5);
        assertThat(times.correction()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 7})
    void aMachineIsKnownByItsFactor(double factor) {
        LatencyEstimator typical = TimedEngine.typical(1).times(EACH).estimator();
        LatencyEstimator here = TimedEngine.typical(factor).times(EACH).estimator();
        ModelCost unseen = new ModelCost(
                0, 0, 0, 0, 0, 0, 0, List.of(), 0, Work.of(Work.Kind.DENSE, 1e9).and(Work.Kind.LAUNCHED, 50.0));

        assertThat(here.millis(unseen) / typical.millis(unseen)).isCloseTo(factor, within(0.02 * factor));
    }

    /** With trust one fifth the logarithm goes a fifth of the way; five equal times in a row go 1 − 0.8⁵ of it. */
    @Test
    void timesInUseCorrectWhatIsKept() {
        CalibrationTimes times = TimedEngine.typical(1).times(EACH);
        ModelCost cost = new ModelCost(0, 0, 0, 0, 0, 0, 0, List.of(), 0, Work.of(Work.Kind.DENSE, 1e9));
        double before = times.estimator().millis(cost);
        CalibrationTimes later = times;
        for (int i = 0; i < 5; i++) {
            later = later.corrected(new LatencyEstimator.Sample(cost, 3 * before), 0.2);
        }

        double expected = Math.pow(3, 1 - Math.pow(0.8, 5));
        assertThat(later.correction()).isCloseTo(expected, within(1e-9));
        assertThat(later.estimator().millis(cost)).isCloseTo(expected * before, within(1e-6 * before));
        assertThat(later.millis()).isEqualTo(times.millis());
    }

    @Test
    void aMachineThatIsTooBusyIsNotWaitedForForever() {
        TimedEngine engine = new TimedEngine(cost -> 1_000_000);
        long[] wall = {0};
        Ticker slow = () -> wall[0] += Duration.ofSeconds(1).toNanos();

        assertThatThrownBy(
                        () -> Calibration.times(engine.engines(), EACH, Duration.ofSeconds(10), engine.clock(), slow))
                .isInstanceOf(OverloadedException.class)
                .hasMessageContaining("PT10S")
                .hasMessageContaining("Maybe");
    }

    @Test
    void anInterruptEndsIt() {
        TimedEngine engine = new TimedEngine(cost -> 1_000_000);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> engine.times(EACH)).isInstanceOf(OperationCancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void whatIsNotOfTheseNetworksIsRefused() {
        assertThatThrownBy(() -> Calibration.measure(Engines.of(), EACH))
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageContaining("Maybe");
        assertThatThrownBy(() -> Calibration.measure(Engines.of(), Duration.ZERO))
                .isInstanceOf(InvalidInputException.class);
        Map<String, Double> good = TimedEngine.typical(1).times(EACH).millis();
        assertThatThrownBy(() -> new CalibrationTimes(CalibrationModels.SET + 1, new TreeMap<>(good), 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe use one version");
        for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            Map<String, Double> times = new TreeMap<>(good);
            times.put("pieces", bad);
            assertThatThrownBy(() -> CalibrationTimes.of(times))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("pieces");
            assertThatThrownBy(() -> new CalibrationTimes(CalibrationModels.SET, new TreeMap<>(good), bad))
                    .isInstanceOf(InvalidInputException.class);
        }
        Map<String, Double> fewer = new TreeMap<>(good);
        fewer.remove("pieces");
        assertThatThrownBy(() -> CalibrationTimes.of(fewer))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("calibrate again");
    }

    /** Multiply-accumulates counted by hand: whoever changes a network raises {@link CalibrationModels#SET}. */
    @Test
    void theNetworksOfSetOneStayAsTheyAre() {
        assertThat(CalibrationModels.SET).isEqualTo(1);
        Map<String, Long> macs = new TreeMap<>();
        CalibrationModels.all()
                .forEach(graph -> macs.put(
                        graph.name(),
                        io.edgeai.core.onnx.cost.CostModel.of(graph).macs()));
        long convolutions = 64L * 64 * 9 * 3 * 16
                + 32L * 32 * 9 * 16 * 32
                + 16L * 16 * 9 * 32 * 64
                + 16L * 16 * 9 * 64 * 64
                + 8L * 8 * 9 * 64 * 128;
        long attention = 2L * (3 * 64 * 128 * 128 + 2 * 64 * 64 * 128 + 2 * 64 * 128 * 512);
        long recurrent = 40L * 4 * 128 * (64 + 128);
        long pieces = 4L * 512 * 512 + 512 * 128;
        assertThat(macs)
                .containsEntry("convolutions", convolutions)
                .containsEntry("attention", attention)
                .containsEntry("recurrent", recurrent)
                .containsEntry("pieces", pieces)
                .containsKey("separable");
        assertThat(macs.keySet()).isEqualTo(CalibrationModels.names());
    }
}
