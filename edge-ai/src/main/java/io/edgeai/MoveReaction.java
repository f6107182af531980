package io.edgeai;

import io.edgeai.core.event.ActionAdvised;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.Rebalance;
import io.edgeai.placement.RebalanceLimits;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Looks for a few moves that make the plan better, and hands them on.
 *
 * @param running the plan that runs now
 * @param limits of moves, bytes and gain
 * @param then carries them out, or asks somebody
 */
record MoveReaction(Supplier<PlacementPlan> running, RebalanceLimits limits, Consumer<Rebalance> then)
        implements Reaction {
    @Override
    public Optional<String> react(EdgeAI edge, ActionAdvised advice) {
        Rebalance found = edge.rebalance(running.get(), limits);
        if (found.moves().isEmpty()) {
            return Optional.empty();
        }
        then.accept(found);
        return Optional.of("handed on " + found);
    }
}
