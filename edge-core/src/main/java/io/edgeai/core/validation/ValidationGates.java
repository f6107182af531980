package io.edgeai.core.validation;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.signing.VerifyingKey;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The built-in gates. Stateless. Those that take {@link TrialLimits} load the model in a child process: where it hangs,
 * crashes or eats memory there, the version is rejected and this process goes on.
 */
public final class ValidationGates {
    private ValidationGates() {}

    /**
     * What a registry runs where nothing else is set: {@link #formatScan}, {@link #signature} and {@link #graph} with its
     * defaults. None loads the model into an engine, and each costs about as much as reading it once.
     */
    public static List<ValidationGate> standard() {
        return standard(GraphLimits.defaults());
    }

    /** {@link #standard()} with other limits of the graph. */
    public static List<ValidationGate> standard(GraphLimits limits) {
        return List.of(formatScan(), signature(), graph(limits));
    }

    /** The bytes are a whole model of the recorded format; nothing of them is run. */
    public static ValidationGate formatScan() {
        return new FormatScan();
    }

    /** Recorded inputs and outputs are those that the bytes state. */
    public static ValidationGate signature() {
        return new SignatureGate();
    }

    /** The graph is no larger than engines are trusted with; nothing of it is run. */
    public static ValidationGate graph(GraphLimits limits) {
        return new GraphGate(limits);
    }

    /** Trust policy: a {@link VersionSignature} of at least one of these keys covers the bytes. */
    public static ValidationGate signedBy(VerifyingKey... trusted) {
        return new SignedGate(List.of(trusted));
    }

    /** The model can be opened, and answers a sample of zeros where its inputs are known. */
    public static ValidationGate firstLoad(TrialLimits limits) {
        return new TrialGate(
                "first load",
                new Trial(limits),
                List.of(),
                0,
                (candidate, report) -> GateResult.passed("first load", "Opened and answered."));
    }

    /**
     * Known inputs get their known answers.
     *
     * @param samples at least one
     * @param tolerance greatest |a − b| / max(1, |b|) over all elements, e.g. 1e-4
     */
    public static ValidationGate golden(List<GoldenSample> samples, double tolerance, TrialLimits limits) {
        if (samples.isEmpty()) {
            throw new InvalidInputException("There are no golden samples. Maybe give one input with its known answer.");
        }
        String name = "golden samples";
        return new TrialGate(
                name,
                new Trial(limits),
                samples.stream().map(GoldenSample::inputs).toList(),
                0,
                (candidate, report) -> near(
                        name,
                        report.outputs(),
                        samples.stream().map(GoldenSample::outputs).toList(),
                        tolerance));
    }

    private static GateResult near(
            String gate, List<Map<String, Tensor>> answered, List<Map<String, Tensor>> wanted, double tolerance) {
        double worst = 0;
        int at = 0;
        for (int i = 0; i < wanted.size(); i++) {
            double distance = TensorDistance.of(answered.get(i), wanted.get(i));
            if (distance > worst) {
                worst = distance;
                at = i;
            }
        }
        String seen = String.format(
                Locale.ROOT, "greatest distance (%.3g) at sample (%d), allowed is (%.3g)", worst, at, tolerance);
        return worst <= tolerance
                ? GateResult.passed(gate, "All " + wanted.size() + " samples as wanted; " + seen + ".")
                        .with("distance", worst)
                : GateResult.failed(gate, "A wrong answer: " + seen + ". Maybe the model or a preprocessing changed.")
                        .with("distance", worst);
    }

    /**
     * The 95th percentile of 100 runs on this device is short enough.
     *
     * @param sample inputs of the size it will see; empty for zeros
     */
    public static ValidationGate latency(Duration p95, Map<String, Tensor> sample, TrialLimits limits) {
        String name = "latency";
        double allowed = p95.toNanos() / 1e6;
        return new TrialGate(
                name, new Trial(limits), sample.isEmpty() ? List.of() : List.of(sample), 100, (candidate, report) -> {
                    double millis = report.millis(95);
                    String seen = String.format(
                            Locale.ROOT, "95 of 100 runs within (%.3f ms), allowed are (%.3f ms)", millis, allowed);
                    GateResult result = millis <= allowed && !report.runNanos().isEmpty()
                            ? GateResult.passed(name, seen + ".")
                            : GateResult.failed(name, seen + ". Maybe optimize the model, or place it elsewhere.");
                    return result.with("p95Millis", millis).with("medianMillis", report.millis(50));
                });
    }

    /**
     * A process that does nothing but run the model stays below this on this device; an empty one takes about 50 MB.
     * Passes without a figure where the system does not tell.
     */
    public static ValidationGate memory(int megabytes, TrialLimits limits) {
        String name = "memory";
        return new TrialGate(name, new Trial(limits), List.of(), 20, (candidate, report) -> {
            double seen = report.residentBytes() / 1048576.0;
            String text = String.format(Locale.ROOT, "(%.0f MB) at most, allowed are (%d MB)", seen, megabytes);
            return seen <= megabytes
                    ? GateResult.passed(name, text + ".")
                    : GateResult.failed(name, text + ". Maybe quantize or prune the model.");
        });
    }

    /**
     * Answers as the version it was derived from does; an original passes.
     *
     * @param samples at least one
     * @param tolerance as for {@link #golden}
     */
    public static ValidationGate fidelity(List<Map<String, Tensor>> samples, double tolerance, TrialLimits limits) {
        if (samples.isEmpty()) {
            throw new InvalidInputException("There are no samples to compare by. Maybe give typical inputs.");
        }
        String name = "fidelity";
        Trial trial = new Trial(limits);
        return new TrialGate(name, trial, samples, 0, (candidate, report) -> candidate
                .parent()
                .map(parent -> {
                    TrialReport before = trial.run(parent, samples, 0);
                    return before.passed()
                            ? near(name, report.outputs(), before.outputs(), tolerance)
                            : GateResult.failed(
                                    name, "The parent version did not survive its trial: " + before.failure() + ".");
                })
                .orElseGet(() -> GateResult.passed(name, "An original; there is nothing to compare with.")));
    }
}
