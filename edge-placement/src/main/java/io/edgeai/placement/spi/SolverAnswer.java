package io.edgeai.placement.spi;

import io.edgeai.placement.solver.Occupancy;
import io.edgeai.placement.solver.Spot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a solver found.
 *
 * @param spots for each item of the instance where it stands, null where it has no place
 * @param lowerBound no placement of all items is cheaper; negative infinity where nothing is known
 * @param proven where all are placed: that nothing is cheaper; else: that no placement of all items exists
 * @param foundBy names of the solvers that found it, in words; empty for that of the solver asked
 */
public record SolverAnswer(List<@Nullable Spot> spots, double lowerBound, boolean proven, String foundBy) {
    public SolverAnswer {
        spots = Collections.unmodifiableList(new ArrayList<@Nullable Spot>(spots));
    }

    /** What an occupancy of the whole instance holds, without bound or proof. */
    public static SolverAnswer of(Occupancy occupancy) {
        return of(occupancy, Double.NEGATIVE_INFINITY, false);
    }

    /** What an occupancy of the whole instance holds. */
    public static SolverAnswer of(Occupancy occupancy, double lowerBound, boolean proven) {
        return new SolverAnswer(occupancy.spots(), lowerBound, proven, "");
    }

    /** The same answer, found by others. */
    public SolverAnswer foundBy(String solvers) {
        return new SolverAnswer(spots, lowerBound, proven, solvers);
    }

    /** Whether every item has a place. */
    public boolean complete() {
        return spots.stream().noneMatch(spot -> spot == null);
    }
}
