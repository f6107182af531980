package io.edgeai.placement;

import com.google.ortools.Loader;
import com.google.ortools.linearsolver.MPConstraint;
import com.google.ortools.linearsolver.MPObjective;
import com.google.ortools.linearsolver.MPSolver;
import com.google.ortools.linearsolver.MPSolverParameters;
import com.google.ortools.linearsolver.MPVariable;
import io.edgeai.placement.constraint.Constraints;
import io.edgeai.placement.cost.Candidate;
import io.edgeai.placement.cost.CostModel;
import io.edgeai.placement.cost.Headroom;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Spread;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.spi.PlacementStrategy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The problem as an integer program for OR-Tools: a count of replicas for every workload, node, device and variant.
 * Shares with the engine only what a single replica costs and may do.
 */
final class ExactPlan implements AutoCloseable {
    /** What the optimum may be off by, as a share. */
    static final double PRECISION = 1e-6;

    private static final long LIMIT_MILLIS = Boolean.getBoolean("edgeai.full") ? 120_000 : 20_000;

    private final PlacementProblem problem;
    private final PlacementStrategy strategy;
    private final MPSolver solver;
    private final MPObjective objective;
    private final Map<String, MPConstraint> limits = new HashMap<>();
    private final Map<String, List<MPVariable>> onSite = new HashMap<>();

    private ExactPlan(PlacementProblem problem, PlacementStrategy strategy) {
        Loader.loadNativeLibraries();
        this.problem = problem;
        this.strategy = strategy;
        this.solver = MPSolver.createSolver("SCIP");
        this.objective = solver.objective();
        problem.workloads().forEach(this::addReplicas);
        problem.workloads().forEach(this::addNeighbours);
    }

    /**
     * What OR-Tools says of a problem.
     *
     * @param bound no plan is below it
     * @param found the objective of its best plan; the bound where that is proven to be the optimum
     */
    record Exact(double bound, double found) {
        boolean proven() {
            return found - bound <= PRECISION * Math.abs(found);
        }
    }

    /**
     * The optimum, or how near 20 s (120 s with {@code -Dedgeai.full=true}) come to it; nothing where no plan exists.
     *
     * @throws IllegalStateException where the time is too short for any plan
     */
    static Optional<Exact> solve(PlacementProblem problem, PlacementStrategy strategy) {
        try (ExactPlan plan = new ExactPlan(problem, strategy)) {
            plan.solver.setTimeLimit(LIMIT_MILLIS);
            MPSolverParameters parameters = new MPSolverParameters();
            parameters.setDoubleParam(MPSolverParameters.DoubleParam.RELATIVE_MIP_GAP, PRECISION / 10);
            MPSolver.ResultStatus status = plan.solver.solve(parameters);
            return switch (status) {
                case OPTIMAL, FEASIBLE -> Optional.of(new Exact(plan.objective.bestBound(), plan.objective.value()));
                case INFEASIBLE -> Optional.empty();
                default -> throw new IllegalStateException("OR-Tools says (" + status + ")");
            };
        }
    }

    private void addReplicas(Workload workload) {
        MPConstraint all = solver.makeConstraint(workload.replicas(), workload.replicas());
        Spread spread = workload.policy().spread();
        for (Site site : problem.topology().sites()) {
            List<MPVariable> here = new ArrayList<>();
            onSite.put(workload.name() + "@" + site.id(), here);
            for (Node node : site.nodes()) {
                for (Variant variant : workload.variants()) {
                    Candidate candidate = candidate(workload, variant, site, node);
                    if (!allowed(candidate)) {
                        continue;
                    }
                    int devices = workload.accelerator().none()
                            ? 1
                            : node.accelerators().size();
                    for (int device = 0; device < devices; device++) {
                        MPVariable count = solver.makeIntVar(0, workload.replicas(), "");
                        objective.setCoefficient(count, strategy.score(candidate));
                        all.setCoefficient(count, 1);
                        here.add(count);
                        use(candidate, device, count);
                        if (spread != Spread.NONE) {
                            String place = spread == Spread.SITE ? site.id() : site.region();
                            limit(workload.name() + " apart " + place, 1).setCoefficient(count, 1);
                        }
                    }
                }
            }
        }
    }

    private void use(Candidate candidate, int device, MPVariable count) {
        Workload workload = candidate.workload();
        Node node = candidate.node();
        String name = candidate.site().id() + "/" + node.name();
        limit(name + " cpu", node.cpuMillis() / 1e3).setCoefficient(count, workload.cpuMillis() / 1e3);
        limit(name + " memory", node.memoryBytes() / 1e6)
                .setCoefficient(count, candidate.variant().memoryBytes() / 1e6);
        limit(name + " disk", node.diskBytes() / 1e6)
                .setCoefficient(count, candidate.variant().sizeBytes() / 1e6);
        if (!workload.accelerator().none()) {
            limit(name + " share " + device, 1000)
                    .setCoefficient(count, workload.accelerator().milli());
            limit(name + " device " + device, node.accelerators().get(device).memoryBytes() / 1e6)
                    .setCoefficient(count, workload.accelerator().memoryBytes() / 1e6);
        }
    }

    /** One variable a site says whether the workload is there at all, which its neighbours' replicas then obey. */
    private void addNeighbours(Workload workload) {
        for (Site site : problem.topology().sites()) {
            for (String other : workload.policy().awayFrom()) {
                MPVariable mine = solver.makeBoolVar("");
                allow(workload.name(), site, mine, 0, 1);
                allow(other, site, mine, 1, -1);
            }
        }
        for (String other : workload.policy().near()) {
            MPConstraint one = solver.makeConstraint(1, 1);
            for (Site site : problem.topology().sites()) {
                MPVariable here = solver.makeBoolVar("");
                one.setCoefficient(here, 1);
                allow(workload.name(), site, here, 0, 1);
                allow(other, site, here, 0, 1);
            }
        }
    }

    /** Replicas on the site are at most {@code replicas · (base + sign · indicator)}. */
    private void allow(String workload, Site site, MPVariable indicator, int base, int sign) {
        int replicas = problem.workloads().stream()
                .filter(w -> w.name().equals(workload))
                .findFirst()
                .orElseThrow()
                .replicas();
        MPConstraint bound = solver.makeConstraint(Double.NEGATIVE_INFINITY, (double) replicas * base);
        bound.setCoefficient(indicator, -(double) replicas * sign);
        onSite.get(workload + "@" + site.id()).forEach(count -> bound.setCoefficient(count, 1));
    }

    private MPConstraint limit(String name, double most) {
        return limits.computeIfAbsent(name, unseen -> solver.makeConstraint(Double.NEGATIVE_INFINITY, most));
    }

    private Candidate candidate(Workload workload, Variant variant, Site site, Node node) {
        return new Candidate(
                workload,
                variant,
                site,
                node,
                Headroom.ofEmpty(node, workload.accelerator()),
                CostModel.defaults()
                        .estimate(
                                workload,
                                variant,
                                site,
                                node,
                                problem.topology().network()));
    }

    private boolean allowed(Candidate candidate) {
        return Stream.concat(Constraints.standard().stream(), strategy.constraints().stream())
                .allMatch(constraint -> constraint.allows(candidate));
    }

    @Override
    public void close() {
        solver.delete();
    }
}
