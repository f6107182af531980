package io.edgeai.placement.solver;

import java.util.List;

/**
 * The replicas of one workload, which are alike.
 *
 * @param replicas how many
 * @param priority higher goes first where not all fit
 * @param options the ways one replica can be placed, cheapest first, ties in the order of nodes and variants
 * @param apart how far its own replicas stand apart
 * @param near groups that share its site
 * @param away groups that do not
 */
public record Group(
        int replicas, int priority, List<Option> options, Apart apart, List<Integer> near, List<Integer> away) {
    /** How far apart replicas of one group stand. */
    public enum Apart {
        NONE,
        SITE,
        REGION
    }

    public Group {
        options = List.copyOf(options);
        near = List.copyOf(near);
        away = List.copyOf(away);
    }
}
