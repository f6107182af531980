package io.edgeai.monitor.advice;

import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.health.Health;
import io.edgeai.monitor.health.HealthPart;
import io.edgeai.monitor.window.WindowSummary;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a version when advice is asked for.
 *
 * @param version which version
 * @param health how it does
 * @param firing signals whose alert fires
 * @param minutes its windows of a minute, oldest first
 * @param siblings the same of the model's other versions
 */
public record Situation(
        VersionRef version,
        Health health,
        Set<SignalKind> firing,
        List<WindowSummary> minutes,
        Map<VersionRef, List<WindowSummary>> siblings) {
    public Situation {
        firing = firing.isEmpty() ? Set.of() : EnumSet.copyOf(firing);
        minutes = List.copyOf(minutes);
        siblings = Map.copyOf(siblings);
    }

    boolean fires(SignalKind signal) {
        return firing.contains(signal);
    }

    Optional<HealthPart> part(SignalKind signal) {
        return health.parts().stream().filter(part -> part.signal() == signal).findFirst();
    }

    double lost(SignalKind... signals) {
        double sum = 0;
        for (SignalKind signal : signals) {
            sum += part(signal).map(HealthPart::pointsLost).orElse(0.0);
        }
        return sum;
    }
}
