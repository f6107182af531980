package io.edgeai.optimize.prune.solve;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.optimize.prune.channels.ChannelGroup;
import java.util.List;

/**
 * The order in which a group's channels should go.
 *
 * @param group the group
 * @param order its units, the most dispensable first
 * @param damage harm done by removing the first 0, 1, 2, … of them, comparable between groups; not decreasing
 */
public record Ranking(ChannelGroup group, List<Integer> order, List<Double> damage) {
    public Ranking {
        order = List.copyOf(order);
        damage = List.copyOf(damage);
        if (order.size() != group.width() || damage.size() != order.size() + 1) {
            throw new InvalidInputException("Ranking of (" + group.name() + ") has " + order.size() + " units and "
                    + damage.size() + " damages for a width of " + group.width() + ".");
        }
    }
}
