package io.edgeai.monitor.drift;

import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches the sampled inputs and answers of one version. The first 1000 samples become the reference; then, at most
 * every ten minutes, the first 256 that came after the last test are tested against it at a level that spends the false-alarm budget evenly over the
 * day. Samples should not depend on each other; those of a length other than the first are skipped and counted. Not
 * thread-safe.
 */
public final class DriftWatch {
    /** Samples in the reference. */
    public static final int REFERENCE = 1000;

    /** Samples in each test. */
    public static final int CURRENT = 256;

    private static final Duration PAUSE = Duration.ofMinutes(10);

    private final SampleQueue queue;
    private final double level;
    private final FeatureSketch inputs;
    private final FeatureSketch outputs;
    private final DriftTest test;
    private Consumer<float[]> answers = answer -> {};
    private long skipped;
    private @Nullable Reference reference;
    private Optional<Instant> lastTest = Optional.empty();

    /**
     * @param queue gives the samples
     * @param budget false alarms a day, for inputs and for answers each
     * @param seed of the projections and tests
     */
    public DriftWatch(SampleQueue queue, FalseAlarmBudget budget, long seed) {
        this.queue = queue;
        this.level = budget.perStep(PAUSE);
        this.inputs = new FeatureSketch("input", seed);
        this.outputs = new FeatureSketch("output", seed + 1);
        this.test = DriftTest.of(level, seed);
    }

    /** Also shows each sampled answer to somebody, from the next {@link #update} on. */
    public void answers(Consumer<float[]> listener) {
        this.answers = listener;
    }

    /** Takes the waiting samples and, when a test is due, returns its verdict. */
    public Optional<DriftVerdict> update(Instant now) {
        for (SampleQueue.Sample sample : queue.drain()) {
            answers.accept(sample.output);
            take(sample);
        }
        Reference known = reference;
        boolean due = lastTest.map(last -> Duration.between(last, now).abs().compareTo(PAUSE) >= 0)
                .orElse(true);
        if (known == null || !due || known.nowInputs.size() < CURRENT) {
            return Optional.empty();
        }
        lastTest = Optional.of(now);
        DriftVerdict verdict = new DriftVerdict(
                now,
                test.compare(known.inputs.columns(), known.nowInputs.columns()),
                test.compare(known.outputs.columns(), known.nowOutputs.columns()));
        known.nowInputs.clear();
        known.nowOutputs.clear();
        return Optional.of(verdict);
    }

    /** How many samples had another length than the first. */
    public long skipped() {
        return skipped;
    }

    private void take(SampleQueue.Sample sample) {
        Reference known = reference;
        if (known == null) {
            known = new Reference(
                    table(inputs, sample.input.length, ""),
                    table(outputs, sample.output.length, "predicted class"),
                    table(inputs, sample.input.length, ""),
                    table(outputs, sample.output.length, "predicted class"));
            reference = known;
        }
        if (!known.inputs.fits(sample.input) || !known.outputs.fits(sample.output)) {
            skipped++;
        } else if (known.inputs.size() < REFERENCE) {
            known.inputs.add(sample.input);
            known.outputs.add(sample.output);
        } else if (known.nowInputs.size() < CURRENT) {
            known.nowInputs.add(sample.input);
            known.nowOutputs.add(sample.output);
        }
    }

    private static SampleTable table(FeatureSketch sketch, int length, String label) {
        return new SampleTable(sketch, length, label);
    }

    private record Reference(SampleTable inputs, SampleTable outputs, SampleTable nowInputs, SampleTable nowOutputs) {}
}
