package io.edgeai.monitor.alert;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.VersionRef;
import java.time.Instant;
import java.util.List;

/**
 * What people are told at once: the alerts of one version that began within a moment, or that are over for good.
 *
 * @param kind whether they began or ended
 * @param version whose they are
 * @param alerts one or more, the highest score first
 * @param at when
 * @param held incidents that the cap on notifications held back since the last one that went out
 */
public record Notification(Kind kind, VersionRef version, List<Alert> alerts, Instant at, int held) {
    /** What happened. */
    public enum Kind {
        FIRING,
        RESOLVED
    }

    public Notification {
        alerts = List.copyOf(alerts);
        if (alerts.isEmpty()) {
            throw new InvalidInputException("A notification of (" + version + ") tells of no alert.");
        }
    }

    /** One line for people. */
    public String title() {
        Alert first = alerts.get(0);
        String more = alerts.size() == 1 ? "" : " (and " + (alerts.size() - 1) + " more)";
        String begin = kind == Kind.FIRING ? "" : "Over: ";
        return version + ": " + begin + first.message() + more;
    }
}
