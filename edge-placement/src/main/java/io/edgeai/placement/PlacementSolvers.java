package io.edgeai.placement;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.placement.ortools.OrToolsSolver;
import io.edgeai.placement.spi.PlacementSolver;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** The solvers that find plans. */
public final class PlacementSolvers {
    private PlacementSolvers() {}

    /** This library's own: regret, repair, a Lagrangian bound, local search, exact up to 500 replicas. The default. */
    public static PlacementSolver builtIn() {
        return new BuiltInSolver();
    }

    /**
     * OR-Tools' CP-SAT on one thread. Loads its native library, which takes about a second in a fresh process.
     *
     * @throws RuntimeUnavailableException where it is not on the class path or has no library for this platform; the
     *     message names the dependency to add
     */
    public static PlacementSolver orTools() {
        return OrToolsSolver.load();
    }

    /**
     * The solver of that name: {@code "built-in"}, {@code "ortools"}, or one that {@link ServiceLoader} finds.
     *
     * @throws InvalidInputException for a name none of them has
     * @throws RuntimeUnavailableException where OR-Tools is asked for and absent
     */
    public static PlacementSolver named(String name) {
        if (name.equals(BuiltInSolver.NAME)) {
            return builtIn();
        }
        if (name.equals(OrToolsSolver.NAME)) {
            return orTools();
        }
        List<String> known = new ArrayList<>(List.of(BuiltInSolver.NAME, OrToolsSolver.NAME));
        try {
            for (PlacementSolver solver : ServiceLoader.load(PlacementSolver.class)) {
                if (solver.name().equals(name)) {
                    return solver;
                }
                known.add(solver.name());
            }
        } catch (ServiceConfigurationError e) {
            throw new InvalidInputException(
                    "A solver on the class path cannot be loaded: " + e.getMessage()
                            + ". Maybe META-INF/services names a class that is not there.",
                    e);
        }
        throw new InvalidInputException("Solver (" + name + ") is not known. Maybe one of " + known + "?");
    }
}
