package io.edgeai.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import io.edgeai.monitor.estimate.AccuracyEstimator;
import io.edgeai.monitor.estimate.EstimateWatch;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EdgeMonitorEstimateTest {
    private static final VersionRef V1 = VersionRef.of("defects", 1);

    private final FakeTime time = new FakeTime();
    private final Random random = new Random(4);

    private EdgeMonitor monitor(Set<SignalKind> signals) {
        return EdgeMonitor.builder()
                .clock(time)
                .ticker(time)
                .signals(signals)
                .manualTicks()
                .build();
    }

    /** Answers are right as often as they say, 60 to 100 %. */
    private AccuracyEstimator honest() {
        double[] confidences = random.doubles(5000, 0.6, 1).toArray();
        boolean[] correct = new boolean[confidences.length];
        for (int i = 0; i < correct.length; i++) {
            correct[i] = random.nextDouble() < confidences[i];
        }
        return AccuracyEstimator.fit(confidences, correct);
    }

    private static float[] answer(double confidence) {
        return new float[] {(float) confidence, (float) (1 - confidence)};
    }

    /** Served answers of 60 to 80 % are expected to be right in 70 %, until labels say otherwise. */
    @Test
    void sampledAnswersAreEstimatedUntilLabelsContradict() {
        try (EdgeMonitor monitor = monitor(Set.of(SignalKind.PREDICTION_DRIFT))) {
            EstimateWatch watch = monitor.estimates(V1, honest(), output -> output[0]);
            InferenceListener listener = monitor.listener(V1);
            for (int window = 0; window < 20; window++) {
                for (int call = 0; call < 100; call++) {
                    listener.sample(new float[] {1}, answer(0.6 + 0.2 * random.nextDouble()));
                }
                time.advance(Duration.ofSeconds(10));
                monitor.tick();
            }

            assertThat(watch.estimate().rows()).isEqualTo(2000);
            assertThat(watch.estimate().accuracy()).isCloseTo(0.7, within(0.03));
            assertThat(watch.estimate().low()).isLessThan(0.7);
            for (int label = 0; label < 1000; label++) {
                watch.label(answer(0.9), random.nextDouble() < 0.6);
            }
            assertThat(watch.estimate().refusal()).contains("1000 late labels");
        }
    }

    @Test
    void withoutSamplesThereIsNoEstimate() {
        try (EdgeMonitor monitor = monitor(Set.of(SignalKind.LATENCY))) {
            assertThatThrownBy(() -> monitor.estimates(V1, honest(), output -> output[0]))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("defects@1")
                    .hasMessageContaining("PREDICTION_DRIFT");
        }
    }
}
