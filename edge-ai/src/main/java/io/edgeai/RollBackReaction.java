package io.edgeai;

import io.edgeai.core.event.ActionAdvised;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.Deployment;
import io.edgeai.core.registry.Lifecycle;
import io.edgeai.monitor.EdgeMonitor;
import io.edgeai.monitor.alert.AlertState;
import java.util.Optional;

/**
 * Goes back to the version before, or takes the canary back, where the version still answers; whoever did so before, e.g. {@link
 * Serving#rollbackOn}, has done what was advised. A version that is slow, and not failing, while the others here are slow too is
 * left alone.
 */
final class RollBackReaction implements Reaction {
    @Override
    public Optional<String> react(EdgeAI edge, ActionAdvised advice) {
        VersionRef version = advice.version();
        String model = version.model().name();
        Lifecycle life = edge.registry().lifecycle().in(edge.environment());
        Deployment here = edge.registry().deployed(model, edge.environment()).get(version);
        if (slowAsOthersOnly(edge.monitor(), version)) {
            return Optional.empty();
        }
        String why = "advised: " + advice.gain() + ". " + advice.evidence();
        if (here != null && here.stage() == Stage.CANARY) {
            ModelVersion taken = life.rollbackCanary(version, why);
            return Optional.of("took the canary " + taken.ref() + " back");
        }
        boolean answers = edge.registry()
                .findActive(model, edge.environment())
                .filter(active -> active.ref().equals(version))
                .isPresent();
        return answers
                ? Optional.of("rolled back to " + life.rollback(version, why).ref())
                : Optional.empty();
    }

    private static boolean slowAsOthersOnly(EdgeMonitor monitor, VersionRef version) {
        return fires(monitor, version, SignalKind.LATENCY)
                && !fires(monitor, version, SignalKind.ERRORS)
                && monitor.slowAsOthers(version);
    }

    private static boolean fires(EdgeMonitor monitor, VersionRef version, SignalKind signal) {
        return monitor.alerts().stream()
                .anyMatch(alert -> alert.state() == AlertState.FIRING
                        && alert.version().equals(version)
                        && alert.signal() == signal);
    }
}
