package io.edgeai.monitor.internal;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.SignalKind;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.drift.DriftVerdict;
import io.edgeai.monitor.drift.stream.Change;
import io.edgeai.monitor.drift.stream.ErrorRateChange;
import io.edgeai.monitor.label.Outcomes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Watches whether what is right for an input changed: a lasting rise of the share of wrong answers, told together with what
 * the drift test of the inputs says. Without such a test it cannot be told from other inputs, and there is no alert. The
 * change detector reckons in time, so the budget holds however many labels come. Not thread-safe.
 */
public final class ConceptWatch {
    private static final int LAYOUT = 1;
    private static final long LEAST_STEP = 1_000_000;
    private static final double NANOS_A_DAY = 8.64e13;
    private static final int LASTING_WINDOWS = 180;
    private static final int LASTING_LABELS = 2000;

    private final ErrorRateChange errors;
    private final long lastingNanos;
    private Optional<ComparedInputs> inputs = Optional.empty();
    private Optional<ErrorRise> rise = Optional.empty();
    private long last;
    private long labels;
    private boolean begun;

    /** @param window 180 of them, with 2000 labels, make a rise the new usual */
    public ConceptWatch(FalseAlarmBudget budget, Duration window) {
        this.errors = ErrorRateChange.perDay(budget.perDay());
        this.lastingNanos = window.multipliedBy(LASTING_WINDOWS).toNanos();
    }

    /**
     * Takes labels that arrived.
     *
     * @param nanos of the monotonic clock
     */
    public SignalView labels(Outcomes news, long nanos) {
        long step = begun ? Math.max(LEAST_STEP, nanos - last) : LEAST_STEP;
        begun = true;
        last = nanos;
        for (int i = 0; i < news.size(); i++) {
            boolean wrong = news.wrong(i);
            double days = step / NANOS_A_DAY / news.size();
            rise.ifPresent(known -> known.add(wrong));
            if (errors.update(wrong, days)) {
                Change found = errors.lastChange().orElseThrow();
                rise = Optional.of(ErrorRise.of(found, rise));
            }
        }
        labels += news.share().total();
        rise.ifPresent(known -> known.elapse(step));
        rise = rise.filter(known -> !known.over() && !known.lasted(lastingNanos, LASTING_LABELS));
        return view();
    }

    /** Takes a test of the inputs. */
    public SignalView inputs(DriftVerdict verdict) {
        if (!verdict.inputs().columns().isEmpty()) {
            inputs = Optional.of(ComparedInputs.of(verdict));
            rise.ifPresent(ErrorRise::compared);
        }
        return view();
    }

    /** How it stands. */
    public SignalView view() {
        if (labels == 0) {
            return SignalView.unknown(SignalKind.CONCEPT_DRIFT, "No labels yet.");
        }
        if (inputs.isEmpty()) {
            String told = rise.map(ErrorRise::sentence).orElse("Errors are as usual");
            return SignalView.unknown(
                    SignalKind.CONCEPT_DRIFT,
                    told + "; inputs have not been compared, so it cannot be told whether they changed.");
        }
        return rise.map(known -> new SignalView(
                        SignalKind.CONCEPT_DRIFT,
                        known.score(),
                        known.sentence() + inputs.get().sentence(),
                        known.value()))
                .orElse(new SignalView(
                        SignalKind.CONCEPT_DRIFT, 0, "Answers are right as often as they used to be.", 1));
    }

    /** What it knows, to go on after a restart; empty without labels. */
    public Optional<byte[]> save() {
        if (labels == 0) {
            return Optional.empty();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(LAYOUT);
            out.writeLong(labels);
            errors.save(out);
            out.writeBoolean(rise.isPresent());
            if (rise.isPresent()) {
                rise.get().write(out);
            }
            out.writeBoolean(inputs.isPresent());
            if (inputs.isPresent()) {
                inputs.get().write(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Bytes in memory cannot be written.", e);
        }
        return Optional.of(bytes.toByteArray());
    }

    /**
     * Goes on from an earlier run.
     *
     * @throws InvalidInputException where the bytes are not whole or of another layout
     */
    public void restore(byte[] state) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state))) {
            int layout = in.readInt();
            if (layout != LAYOUT) {
                throw new InvalidInputException("Labels were kept in layout (" + layout + "), not (" + LAYOUT
                        + "). Maybe they are of a newer version of the library.");
            }
            long known = in.readLong();
            errors.restore(in);
            rise = in.readBoolean() ? Optional.of(ErrorRise.read(in)) : Optional.empty();
            inputs = in.readBoolean() ? Optional.of(ComparedInputs.read(in)) : Optional.empty();
            labels = known;
        } catch (IOException e) {
            throw new InvalidInputException(
                    "Kept labels of (" + state.length + ") bytes are not whole. Maybe start without them.", e);
        }
    }
}
