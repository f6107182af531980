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
 * @param gang number of the gang whose items are all placed or none; {@link #NO_GANG} where each counts alone
 */
public record Group(
        int replicas,
        int priority,
        List<Option> options,
        Apart apart,
        List<Integer> near,
        List<Integer> away,
        int gang) {
    /** In place of a gang's number. */
    public static final int NO_GANG = -1;

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

    /** Of no gang. */
    public Group(
            int replicas, int priority, List<Option> options, Apart apart, List<Integer> near, List<Integer> away) {
        this(replicas, priority, options, apart, near, away, NO_GANG);
    }

    Group options(List<Option> others) {
        return new Group(replicas, priority, others, apart, near, away, gang);
    }

    Group near(List<Integer> others) {
        return new Group(replicas, priority, options, apart, others, away, gang);
    }

    Group priority(int other) {
        return new Group(replicas, other, options, apart, near, away, gang);
    }
}
