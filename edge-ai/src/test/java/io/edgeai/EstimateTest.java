package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.cost.CostModel;
import io.edgeai.placement.cost.LatencyEstimator.Prediction;
import io.edgeai.placement.model.Power;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EstimateTest {
    @TempDir
    Path dir;

    @Test
    void aVersionIsEstimatedBeforeItEverRan() {
        try (EdgeAI edge = EdgeAI.builder().home(dir).build()) {
            ModelVersion version = edge.registry().register("sides", OnnxWriter.toBytes(Fixtures.conv()), r -> {});
            ModelEstimate estimate = edge.estimate(version);
            Prediction same = edge.estimator().predict(CostModel.of(Fixtures.conv()));

            assertThat(estimate.version()).isEqualTo(version.ref());
            assertThat(estimate.latencyMillis())
                    .isEqualTo(new ModelEstimate.Range(same.millis(), same.lowMillis(), same.highMillis()));
            assertThat(estimate.latencyMillis().low()).isPositive().isLessThan(same.millis());
            assertThat(estimate.latencyMillis().high()).isGreaterThan(same.millis());
            assertThat(estimate.memoryBytes())
                    .isEqualTo(edge.workload(version).variants().get(0).memoryBytes());
            assertThat(edge.estimator()).as("calibrated once").isSameAs(edge.estimator());
        }
    }

    /** Four cores draw 40 W more when busy: 10 W each, for 20 ms 0.2 J. */
    @Test
    void energyIsThatOfABusyCore() {
        ModelEstimate estimate = new ModelEstimate(VersionRef.parse("m@1"), new ModelEstimate.Range(20, 10, 40), 0);
        ModelEstimate.Range joules = estimate.joules(new Power(60, 100, 0, 0), 4);

        assertThat(joules.expected()).isCloseTo(0.2, within(1e-12));
        assertThat(joules.low()).isCloseTo(0.1, within(1e-12));
        assertThat(joules.high()).isCloseTo(0.4, within(1e-12));
        assertThatThrownBy(() -> estimate.joules(Power.UNKNOWN, 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(0)");
    }
}
