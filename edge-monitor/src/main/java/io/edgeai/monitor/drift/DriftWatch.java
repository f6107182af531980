package io.edgeai.monitor.drift;

import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches the sampled inputs and answers of one version. They are compared with the reference that was given, with the one
 * that an earlier run kept, or else with the first 1000 samples; then, at most
 * every ten minutes, the first 256 that came after the last test are tested against it at a level that spends the false-alarm budget evenly over the
 * day. Tests reckon with as many rows as there are on each side. Samples should not depend on each other; those of another length than the reference are skipped and counted. Not
 * thread-safe.
 */
public final class DriftWatch {
    /** Samples in a reference that the first ones become. */
    public static final int REFERENCE = 1000;

    /** Samples in each test. */
    public static final int CURRENT = 256;

    private static final Duration PAUSE = Duration.ofMinutes(10);

    private final SampleQueue queue;
    private final double level;
    private final long seed;
    private final Sketches sketches;
    private final DriftTest test;
    private Consumer<float[]> answers = answer -> {};
    private long skipped;
    private Optional<DriftReference> given = Optional.empty();
    private @Nullable HeldReference reference;
    private @Nullable SampleTable nowInputs;
    private @Nullable SampleTable nowOutputs;
    private boolean complete;
    private Optional<Instant> lastTest = Optional.empty();

    /**
     * @param queue gives the samples
     * @param budget false alarms a day, for inputs and for answers each
     * @param seed of the projections and tests
     */
    public DriftWatch(SampleQueue queue, FalseAlarmBudget budget, long seed) {
        this.queue = queue;
        this.level = budget.perStep(PAUSE);
        this.seed = seed;
        this.sketches = Sketches.of(seed);
        this.test = DriftTest.of(level, seed);
    }

    /** Also shows each sampled answer to somebody, from the next {@link #update} on. */
    public void answers(Consumer<float[]> listener) {
        this.answers = listener;
    }

    /** From now on compares with this, whatever was the reference before. */
    public void reference(DriftReference data) {
        given = Optional.of(data);
        reference = null;
        complete = false;
    }

    /** From now on compares with the next samples, whatever was the reference before. */
    public void learnAgain() {
        given = Optional.empty();
        reference = null;
        complete = false;
    }

    /** What later tests compare with; empty while that is not decided. */
    public Optional<DriftBasis> basis() {
        return Optional.ofNullable(reference)
                .map(HeldReference::basis)
                .or(() -> given.map(data -> new DriftBasis(
                        data.origin(), data.size(), data.outputs().size())));
    }

    /** The reference as it is, to go on with after a restart; empty where there is none, or one that is given each time. */
    public Optional<byte[]> save() {
        return Optional.ofNullable(reference).filter(held -> !held.given()).map(held -> held.save(seed));
    }

    /** Whether the reference became complete since the last call. */
    public boolean becameComplete() {
        HeldReference held = reference;
        boolean now = held != null && held.inputsFull() && held.outputsFull();
        boolean became = now && !complete;
        complete = now;
        return became;
    }

    /**
     * Goes on with the reference of an earlier run; one that is given comes first.
     *
     * @throws io.edgeai.core.error.InvalidInputException where the bytes are not whole or of another seed
     */
    public void restore(byte[] state) {
        if (given.isEmpty()) {
            begin(HeldReference.restore(state, sketches, seed));
        }
    }

    /** Takes the waiting samples and, when a test is due, returns its verdict. */
    public Optional<DriftVerdict> update(Instant now) {
        for (SampleQueue.Sample sample : queue.drain()) {
            answers.accept(sample.output);
            take(sample, now);
        }
        HeldReference known = reference;
        SampleTable inputs = nowInputs;
        SampleTable outputs = nowOutputs;
        boolean due = lastTest.map(last -> Duration.between(last, now).abs().compareTo(PAUSE) >= 0)
                .orElse(true);
        if (known == null || inputs == null || outputs == null || !due || inputs.size() < CURRENT) {
            return Optional.empty();
        }
        lastTest = Optional.of(now);
        boolean answered = outputs.size() >= CURRENT;
        DriftVerdict verdict = new DriftVerdict(
                now,
                test.compare(known.inputs().columns(), inputs.columns()),
                answered
                        ? test.compare(known.outputs().columns(), outputs.columns())
                        : new DriftReport(level, List.of()),
                known.basis());
        inputs.clear();
        if (answered) {
            outputs.clear();
        }
        return Optional.of(verdict);
    }

    /** How many samples had another length than the reference. */
    public long skipped() {
        return skipped;
    }

    private void take(SampleQueue.Sample sample, Instant now) {
        HeldReference known = reference;
        if (known == null) {
            int answer = sample.output.length;
            known = given.map(data -> HeldReference.of(data, sketches, answer))
                    .orElseGet(() -> HeldReference.empty(
                            "the first calls sampled, from " + now.truncatedTo(ChronoUnit.SECONDS),
                            sketches,
                            sample.input.length,
                            answer));
            begin(known);
        }
        if (!known.fits(sample.input, sample.output)) {
            skipped++;
            return;
        }
        add(sample.input, known.inputs(), known.inputsFull(), nowInputs);
        add(sample.output, known.outputs(), known.outputsFull(), nowOutputs);
    }

    private static void add(float[] values, SampleTable reference, boolean full, @Nullable SampleTable now) {
        if (!full) {
            reference.add(values);
        } else if (now != null && now.size() < CURRENT) {
            now.add(values);
        }
    }

    private void begin(HeldReference held) {
        reference = held;
        nowInputs = sketches.inputs(held.inputs().width());
        nowOutputs = sketches.outputs(held.outputs().width());
    }
}
