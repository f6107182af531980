package io.edgeai.monitor.alert;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.SignalKind;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Says nothing of some alerts for a time. An alert that still fires when the time is over is told of then.
 *
 * @param model whose alerts; all models' where empty
 * @param signals which; at least one
 * @param from when it begins
 * @param until when it ends, after {@code from}
 * @param why for those who wonder
 */
public record Silence(Optional<ModelId> model, Set<SignalKind> signals, Instant from, Instant until, String why) {
    public Silence {
        signals = Set.copyOf(signals);
        if (signals.isEmpty() || !until.isAfter(from)) {
            throw new InvalidInputException("Silence (" + why + ") has signals (" + signals + ") and ends at (" + until
                    + ") after beginning at (" + from + "). Maybe name a signal and a later end.");
        }
    }

    /** Of every signal of a model. */
    public static Silence of(String model, Instant from, Instant until, String why) {
        return new Silence(Optional.of(ModelId.of(model)), Set.of(SignalKind.values()), from, until, why);
    }

    boolean covers(Alert alert, Instant now) {
        return !now.isBefore(from)
                && now.isBefore(until)
                && signals.contains(alert.signal())
                && model.map(alert.version().model()::equals).orElse(true);
    }
}
