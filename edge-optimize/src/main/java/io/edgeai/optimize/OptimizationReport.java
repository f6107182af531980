package io.edgeai.optimize;

import io.edgeai.optimize.audit.FusedShare;
import io.edgeai.optimize.fidelity.Accuracy;
import io.edgeai.optimize.fidelity.Fidelity;
import io.edgeai.optimize.fidelity.LayerError;
import io.edgeai.optimize.latency.LatencyComparison;
import io.edgeai.optimize.quantize.FloatNode;
import io.edgeai.optimize.runtime.TuningReport;
import io.edgeai.optimize.search.ParetoFront;
import io.edgeai.optimize.search.Trial;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an optimization did, measured here and now. Where nothing was kept the figures "after" are those of the original.
 *
 * @param model name of the model's graph
 * @param kept whether the result is a new model; false where the original is returned
 * @param outcome what was kept, or why the original is returned
 * @param recipe the recipe in words
 * @param bytesBefore size of the original as an ONNX file
 * @param bytesAfter size of the result as an ONNX file
 * @param memoryBefore estimate of the original's constants plus the most that its intermediate values take, in bytes
 * @param memoryAfter the same of the result
 * @param latency both models side by side in CPU time of the one thread that runs them; null where not measured
 * @param tuning the engine options found for the result; null where none were searched
 * @param fidelity agreement of the answers; null where nothing was kept
 * @param accuracyBefore accuracy of the original; null without labels
 * @param accuracyAfter accuracy of the result; null without labels
 * @param accuracyFloor share of the original's accuracy that was to be kept; 0 for none
 * @param quantizedOps how many nodes of each operator work on or store fewer bits
 * @param left nodes that stay float, with the reason
 * @param fused which of the result's nodes the engine computes on bytes, and why not others; null where it has no
 *     quantized activations, is made for another engine, or the engine does not tell
 * @param layerErrors error of intermediate values, in graph order
 * @param trials everything tried, in order
 * @param warnings what the caller should know
 * @param duration how long it took
 * @param provenance model, data, versions and machine it rests on
 */
public record OptimizationReport(
        String model,
        boolean kept,
        String outcome,
        String recipe,
        long bytesBefore,
        long bytesAfter,
        long memoryBefore,
        long memoryAfter,
        @Nullable LatencyComparison latency,
        @Nullable TuningReport tuning,
        @Nullable Fidelity fidelity,
        @Nullable Accuracy accuracyBefore,
        @Nullable Accuracy accuracyAfter,
        double accuracyFloor,
        Map<String, Integer> quantizedOps,
        List<FloatNode> left,
        @Nullable FusedShare fused,
        List<LayerError> layerErrors,
        List<Trial> trials,
        List<String> warnings,
        Duration duration,
        Provenance provenance) {
    public OptimizationReport {
        quantizedOps = Collections.unmodifiableMap(new TreeMap<>(quantizedOps));
        left = List.copyOf(left);
        layerErrors = List.copyOf(layerErrors);
        trials = List.copyOf(trials);
        warnings = List.copyOf(warnings);
    }

    /** The trials worth choosing between, smallest first. */
    public List<Trial> front() {
        return ParetoFront.of(trials);
    }

    /** Processor, system, Java and engine it was measured on. */
    public String hardware() {
        return provenance.hardware() + ", " + provenance.engine();
    }

    /** Change of size as a share of the original: -0.75 where three quarters are gone. */
    public double sizeChange() {
        return (double) bytesAfter / bytesBefore - 1;
    }

    /** Accuracy after as a share of the accuracy before; NaN without labels. */
    public double accuracyKept() {
        return accuracyBefore == null || accuracyAfter == null || accuracyBefore.value() == 0
                ? Double.NaN
                : accuracyAfter.value() / accuracyBefore.value();
    }

    /** A trial's accuracy with its 95 % interval; null where it was not measured. */
    public @Nullable Accuracy accuracy(Trial trial) {
        if (accuracyBefore == null
                || trial.figures() == null
                || Double.isNaN(trial.figures().accuracy())) {
            return null;
        }
        long total = accuracyBefore.total();
        return Accuracy.of(Math.round(trial.figures().accuracy() * total), total);
    }

    /** All figures as a JSON object. */
    public String toJson() {
        return ReportJson.of(this);
    }

    /** A page that needs nothing from elsewhere, with plots of size, latency, accuracy and error by layer. */
    public String toHtml() {
        return ReportHtml.of(this);
    }
}
