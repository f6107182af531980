package io.edgeai;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.onnx.cost.CostModel;
import io.edgeai.core.onnx.cost.ModelCost;
import io.edgeai.placement.cost.LatencyEstimator;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Describes registered versions to placement. */
final class Workloads {
    static final String ACCURACY = "accuracy";

    private Workloads() {}

    /** @param machines by kind of hardware, what predicts times on it */
    static Workload of(Models models, List<ModelVersion> versions, Map<String, LatencyEstimator> machines) {
        ModelVersion first = versions.get(0);
        List<Variant> variants = new ArrayList<>();
        for (ModelVersion version : versions) {
            if (!version.model().equals(first.model())) {
                throw new InvalidInputException("Versions (" + first.ref() + ") and (" + version.ref()
                        + ") are of different models. Maybe place each model as its own workload.");
            }
            variants.add(variant(models, version, machines));
        }
        return Workload.of(first).variants(variants);
    }

    private static Variant variant(Models models, ModelVersion version, Map<String, LatencyEstimator> machines) {
        ModelCost cost = CostModel.of(models.graph(version));
        Variant.Builder variant = Variant.of(version)
                .macs((double) cost.macs())
                .memoryBytes(cost.weightBytes() + cost.peakActivationBytes());
        machines.forEach((hardware, machine) -> variant.measured(hardware, machine.millis(cost)));
        String accuracy = version.tags().get(ACCURACY);
        if (accuracy != null) {
            try {
                variant.accuracy(Double.parseDouble(accuracy));
            } catch (NumberFormatException e) {
                throw new InvalidInputException(
                        "Tag accuracy (" + accuracy + ") of (" + version.ref() + ") is no number. Maybe write 0.93.",
                        e);
            }
        }
        return variant.build();
    }
}
