package io.edgeai.placement;

import io.edgeai.core.error.NoFeasiblePlacementException;
import io.edgeai.placement.model.Workload;
import java.util.List;

/**
 * Where all that a state lacks of a gang should go, or that not all of it can go anywhere. Nothing is reserved until the
 * assignments are committed to the state, all at once by {@link PlacementState#commit(java.util.Collection)}.
 */
public final class GangDecision {
    private final List<Workload> gang;
    private final Rules rules;
    private final PlacementState state;
    private final List<Assignment> assignments;
    private final boolean possible;
    private final boolean searched;

    GangDecision(List<Workload> gang, Rules rules, PlacementState state, GangSearch.Found found) {
        this.gang = gang;
        this.rules = rules;
        this.state = state;
        this.assignments = found.lacking().isEmpty() ? found.placed() : List.of();
        this.possible = found.lacking().isEmpty();
        this.searched = found.searched();
    }

    /** Whether every replica has a place; then {@link #assignments} are those that the state lacked. */
    public boolean possible() {
        return possible;
    }

    /** Where the replicas that the state lacked go; empty where not all of them can go anywhere, or none was lacking. */
    public List<Assignment> assignments() {
        return assignments;
    }

    /** Takes the decision apart against the state as it is now: who found no place beside the others, and by how much. */
    public Explanation explain() {
        return new GangExplainer(rules, state).explain(gang, assignments);
    }

    /**
     * The assignments.
     *
     * @throws NoFeasiblePlacementException where not all replicas have a place; says which has none and the way out
     */
    public List<Assignment> orThrow() {
        if (possible) {
            return assignments;
        }
        StringBuilder text = new StringBuilder();
        for (Explanation.OfWorkload of : explain().workloads()) {
            if (text.length() == 0) {
                text.append(of.gang()).append(searched ? "." : ", as far as was searched.");
            }
            of.relaxation().ifPresent(way -> text.append(" Workload (")
                    .append(of.workload())
                    .append("): nearest is site (")
                    .append(way.site())
                    .append("). Maybe ")
                    .append(String.join(" and ", way.changes()))
                    .append('.'));
        }
        throw new NoFeasiblePlacementException(text.toString());
    }
}
