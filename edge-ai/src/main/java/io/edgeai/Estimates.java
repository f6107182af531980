package io.edgeai;

import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.onnx.cost.CostModel;
import io.edgeai.core.runtime.Engines;
import io.edgeai.placement.cost.Calibration;
import io.edgeai.placement.cost.LatencyEstimator;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Estimates versions by one calibration of this machine, made when it is first needed. Thread-safe. */
final class Estimates {
    private static final Duration EACH = Duration.ofMillis(150);

    private final Models models;
    private final Engines engines;
    private @Nullable LatencyEstimator here;

    Estimates(Models models, Engines engines) {
        this.models = models;
        this.engines = engines;
    }

    ModelEstimate of(ModelVersion version) {
        return ModelEstimate.of(version, CostModel.of(models.graph(version)), estimator());
    }

    synchronized LatencyEstimator estimator() {
        LatencyEstimator known = here;
        if (known == null) {
            known = LatencyEstimator.fit(Calibration.measure(engines, EACH));
            here = known;
        }
        return known;
    }
}
