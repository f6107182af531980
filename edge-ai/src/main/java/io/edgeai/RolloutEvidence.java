package io.edgeai;

import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.rollout.Canary;
import io.edgeai.core.rollout.CanaryStatus;

/**
 * What outlives the process of a rollout that the registry records.
 *
 * @param before the version that answers the others' requests
 * @param version the canary; the same as {@code before} where there never was one
 * @param percent its share
 * @param state what it has shown
 * @param shadow what the shadow has shown, for people; empty where there is none
 */
record RolloutEvidence(String before, String version, int percent, Canary.State state, String shadow) {
    static StateFile<RolloutEvidence> file(EdgeModelRegistry registry, String model, String environment) {
        String name = environment.equals(EdgeModelRegistry.DEFAULT_ENVIRONMENT) ? model : model + "@" + environment;
        return new StateFile<>(registry.home(), "rollouts", name, RolloutEvidence.class);
    }

    /** Whether it speaks for a canary of now. One that was taken back and made a canary again begins anew. */
    boolean goesOn(VersionRef active, VersionRef canary) {
        return before.equals(active.toString())
                && version.equals(canary.toString())
                && state.status() == CanaryStatus.RUNNING;
    }

    RolloutEvidence withShadow(String seen) {
        return new RolloutEvidence(before, version, percent, state, seen);
    }
}
