package io.edgeai;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.rollout.Canary;
import io.edgeai.core.rollout.CanaryPlan;
import io.edgeai.core.rollout.CanaryStatus;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What one process has seen of a canary that the registry records.
 *
 * @param before the version that answers the others' requests
 * @param version the canary; the same as {@code before} where there never was one
 * @param percent its share
 * @param state what it has shown
 */
@JsonIgnoreProperties(ignoreUnknown = true) // files of earlier versions have what a shadow has shown as well
record RolloutEvidence(String before, String version, int percent, Canary.State state) {
    /** Where earlier versions kept it. */
    static StateFile<RolloutEvidence> file(EdgeModelRegistry registry, String model, String environment) {
        return new StateFile<>(registry.home(), "rollouts", Serving.kept(model, environment), RolloutEvidence.class);
    }

    /** Whether it speaks for a canary of now. One that was taken back and made a canary again begins anew. */
    boolean goesOn(VersionRef active, VersionRef canary) {
        return before.equals(active.toString())
                && version.equals(canary.toString())
                && state.status() == CanaryStatus.RUNNING;
    }

    boolean alone() {
        return before.equals(version);
    }

    /** What all have seen, each counted once; empty where nobody has seen anything. */
    static Optional<Canary.Report> together(List<RolloutEvidence> parts) {
        List<RolloutEvidence> decidedFirst = parts.stream()
                .sorted(Comparator.comparing(part -> part.state().status() == CanaryStatus.RUNNING))
                .toList();
        if (decidedFirst.isEmpty()) {
            return Optional.empty();
        }
        RolloutEvidence first = decidedFirst.get(0);
        CanaryPlan plan = CanaryPlan.defaults().steps(first.percent() / 100.0);
        Canary canary = new Canary(plan, Clock.systemUTC(), first.state());
        CanaryStatus joined = canary.join(
                decidedFirst.stream().skip(1).map(RolloutEvidence::state).toList());
        assert joined == canary.status();
        return Optional.of(canary.report());
    }
}
