package io.edgeai.optimize;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.cost.CostModel;
import io.edgeai.core.onnx.cost.ModelCost;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.fidelity.Accuracy;
import io.edgeai.optimize.fidelity.Fidelity;
import io.edgeai.optimize.fidelity.OutputFidelity;
import io.edgeai.optimize.latency.LatencyComparison;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.search.Figures;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Measures candidates beside their original on the recipe's data. Holds the original open. Not thread-safe. */
final class Measurement implements AutoCloseable {
    private final InferenceRuntime runtime;
    private final Ticker ticker;
    private final OnnxGraph original;
    private final Recipe recipe;
    private final Progress progress;
    private final Progress bounded;
    private final SessionOptions options = SessionOptions.defaults().slots(1);
    private final InferenceSession session;
    private final long bytesBefore;

    /** @param bounded also stops the measuring of a candidate when the time for it is spent */
    Measurement(
            InferenceRuntime runtime,
            Ticker ticker,
            OnnxGraph original,
            Recipe recipe,
            Progress progress,
            Progress bounded) {
        this.runtime = runtime;
        this.ticker = ticker;
        this.original = original;
        this.recipe = recipe;
        this.progress = progress;
        this.bounded = bounded;
        byte[] bytes = OnnxWriter.toBytes(original);
        this.bytesBefore = bytes.length;
        this.session = runtime.open(bytes, options);
    }

    /**
     * What one candidate turned out to be.
     *
     * @param name what it is called
     * @param candidate its graph and what was done
     * @param figures all in numbers
     * @param fidelity its answers beside the original's
     * @param accuracy on labelled data; null without
     * @param latency both side by side; null where not measured
     */
    record Measured(
            String name,
            Quantized candidate,
            Figures figures,
            Fidelity fidelity,
            @Nullable Accuracy accuracy,
            @Nullable LatencyComparison latency) {}

    InferenceSession original() {
        return session;
    }

    long bytesBefore() {
        return bytesBefore;
    }

    /** Accuracy of the original; null without labels. */
    @Nullable
    Accuracy accuracy() {
        return accuracy(session, progress);
    }

    /** Accuracy of another model with the original's inputs; null without labels. */
    @Nullable
    Accuracy accuracy(OnnxGraph other) {
        if (recipe.labelled() == null) {
            return null;
        }
        try (InferenceSession opened = runtime.open(OnnxWriter.toBytes(other), options)) {
            return accuracy(opened, progress);
        }
    }

    /**
     * Runs a candidate; accuracy and latency are left out where its answers are not even finite, accuracy also where it is
     * too slow to be taken.
     */
    Measured of(String name, Quantized candidate, @Nullable Accuracy before, List<Map<String, Tensor>> samples) {
        byte[] bytes = OnnxWriter.toBytes(candidate.graph());
        try (InferenceSession derived = runtime.open(bytes, options)) {
            Fidelity fidelity = Fidelity.measure(session, derived, samples, bounded);
            LatencyComparison latency = !fidelity.finite() || recipe.latencyRounds() == 0
                    ? null
                    : LatencyComparison.measure(
                            session, derived, samples.get(0), recipe.latencyRounds(), ticker, bounded);
            boolean slow =
                    latency != null && latency.speedup() < recipe.constraints().slowest();
            Accuracy after = fidelity.finite() && !slow ? accuracy(derived, bounded) : null;
            return measured(name, candidate, bytes.length, before, fidelity, after, latency);
        }
    }

    /** The same without latency. */
    Measured answers(Quantized candidate, @Nullable Accuracy before, List<Map<String, Tensor>> samples) {
        byte[] bytes = OnnxWriter.toBytes(candidate.graph());
        try (InferenceSession derived = runtime.open(bytes, options)) {
            Fidelity fidelity = Fidelity.measure(session, derived, samples, bounded);
            Accuracy after = fidelity.finite() ? accuracy(derived, bounded) : null;
            return measured("", candidate, bytes.length, before, fidelity, after, null);
        }
    }

    private Measured measured(
            String name,
            Quantized candidate,
            long bytes,
            @Nullable Accuracy before,
            Fidelity fidelity,
            @Nullable Accuracy after,
            @Nullable LatencyComparison latency) {
        Figures figures = new Figures(
                bytes,
                bytesBefore,
                latency == null ? Double.NaN : latency.speedup(),
                latency == null ? Double.NaN : latency.derived().p50Micros(),
                latency == null ? Double.NaN : latency.derived().p99Micros(),
                after == null ? Double.NaN : after.value(),
                before == null ? Double.NaN : before.value(),
                agreement(fidelity),
                sqnr(fidelity),
                memory(candidate.graph()));
        return new Measured(name, candidate, figures, fidelity, after, latency);
    }

    /** Latency once more, with so many rounds: the proof of what is about to be returned. */
    LatencyComparison again(Quantized candidate, Map<String, Tensor> sample, int rounds) {
        try (InferenceSession derived = runtime.open(OnnxWriter.toBytes(candidate.graph()), options)) {
            return LatencyComparison.measure(session, derived, sample, rounds, ticker, progress);
        }
    }

    /** Estimate: all constants and the most that intermediate values take at once. */
    static long memory(OnnxGraph graph) {
        ModelCost cost = CostModel.of(graph);
        return cost.weightBytes() + cost.peakActivationBytes();
    }

    private static double agreement(Fidelity fidelity) {
        return fidelity.outputs().stream()
                .mapToDouble(OutputFidelity::topOneAgreement)
                .min()
                .orElse(1);
    }

    private static double sqnr(Fidelity fidelity) {
        return fidelity.outputs().stream()
                .mapToDouble(OutputFidelity::sqnrDb)
                .min()
                .orElse(Double.POSITIVE_INFINITY);
    }

    private @Nullable Accuracy accuracy(InferenceSession model, Progress listener) {
        LabelledData labelled = recipe.labelled();
        return labelled == null ? null : Accuracy.measure(model, original, labelled, listener);
    }

    @Override
    public void close() {
        session.close();
    }
}
