package io.edgeai;

import io.edgeai.core.event.ActionAdvised;
import io.edgeai.placement.autoscale.ScalingDecision;
import io.edgeai.placement.autoscale.ScalingTarget;
import java.util.Optional;

/**
 * Asks for one replica more.
 *
 * @param model whose replicas these are
 * @param target what changes them
 * @param most replicas, beyond which nothing is done
 */
record ScaleOutReaction(String model, ScalingTarget target, int most) implements Reaction {
    @Override
    public Optional<String> react(EdgeAI edge, ActionAdvised advice) {
        ScalingTarget.Replicas now = target.replicas();
        int before = now.ready() + now.starting();
        if (!advice.version().model().name().equals(model) || now.starting() > 0 || before >= most) {
            return Optional.empty();
        }
        target.apply(new ScalingDecision(before + 1, 0, advice.evidence()));
        return Optional.of("asked for " + (before + 1) + " replicas, " + before + " before");
    }
}
