package io.edgeai.placement;

import io.edgeai.core.error.NoFeasiblePlacementException;
import io.edgeai.placement.model.Workload;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where one more replica should go, or that it can go nowhere. Nothing is reserved until the assignment is committed to
 * the state.
 */
public final class Decision {
    private final Workload workload;
    private final Rules rules;
    private final PlacementState state;
    private final @Nullable Assignment assignment;

    Decision(Workload workload, Rules rules, PlacementState state, @Nullable Assignment assignment) {
        this.workload = workload;
        this.rules = rules;
        this.state = state;
        this.assignment = assignment;
    }

    /** The placed replica; empty where no site can take it. */
    public Optional<Assignment> assignment() {
        return Optional.ofNullable(assignment);
    }

    /** Takes the decision apart against the state as it is now. */
    public Explanation.OfWorkload explain() {
        return new Explainer(rules, state)
                .explain(workload, assignment == null ? List.of() : List.of(assignment), assignment == null ? 1 : 0);
    }

    /**
     * The placed replica.
     *
     * @throws NoFeasiblePlacementException with the cheapest way out
     */
    public Assignment orThrow() {
        if (assignment != null) {
            return assignment;
        }
        String way = explain()
                .relaxation()
                .map(relaxation -> "nearest is site (" + relaxation.site() + "). Maybe "
                        + String.join(" and ", relaxation.changes()) + ".")
                .orElse("there are no sites. Maybe add one.");
        throw new NoFeasiblePlacementException(
                "No site can take a replica of workload (" + workload.name() + "): " + way);
    }
}
