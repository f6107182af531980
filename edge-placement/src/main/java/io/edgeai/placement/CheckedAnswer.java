package io.edgeai.placement;

import io.edgeai.core.error.BrokenRuleException;
import io.edgeai.placement.constraint.Figures;
import io.edgeai.placement.solver.BrokenRule;
import io.edgeai.placement.solver.Instance;
import io.edgeai.placement.solver.RuleCheck;
import io.edgeai.placement.solver.Spot;
import io.edgeai.placement.spi.PlacementSolver;
import io.edgeai.placement.spi.SolverAnswer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A solver's answer that keeps every rule of its instance, with a bound that its own plan does not refute. */
record CheckedAnswer(
        List<@Nullable Spot> spots, PlacementPlan.Status status, boolean proven, double lowerBound, String foundBy) {
    /** What a bound may lie above the cost of the plan, relative to it: sums of doubles in another order. */
    private static final double ROUNDING = 1e-9;

    /** @throws BrokenRuleException where the answer breaks a rule */
    static CheckedAnswer of(PlacementSolver solver, PlacementProblem problem, Instance instance, SolverAnswer answer) {
        RuleCheck.firstBroken(instance, answer.spots()).ifPresent(broken -> {
            throw refused(solver, broken.rule(), where(problem, broken) + broken.reason());
        });
        double bound = answer.lowerBound();
        double cost = answer.spots().stream()
                .filter(Objects::nonNull)
                .mapToDouble(spot -> spot.option().cost())
                .sum();
        double rounding = ROUNDING * Math.max(1, Math.abs(cost));
        if (Double.isNaN(bound) || (answer.complete() && bound > cost + rounding)) {
            throw refused(
                    solver,
                    "bound",
                    "no plan is said to cost less than (" + Figures.number(bound) + "), but its own costs ("
                            + Figures.number(cost) + ")");
        }
        boolean optimal = answer.complete() && answer.proven();
        return new CheckedAnswer(
                answer.spots(),
                optimal
                        ? PlacementPlan.Status.OPTIMAL
                        : answer.complete() ? PlacementPlan.Status.FEASIBLE : PlacementPlan.Status.INFEASIBLE,
                answer.proven(),
                optimal && bound < cost - rounding ? cost : bound,
                answer.foundBy().isEmpty() ? solver.name() : answer.foundBy());
    }

    private static BrokenRuleException refused(PlacementSolver solver, String rule, String reason) {
        return new BrokenRuleException(
                rule,
                "Solver (" + solver.name() + ") breaks the rule (" + rule + "): " + reason
                        + ". Maybe place by Occupancy.tryPlace, which keeps all rules.");
    }

    private static String where(PlacementProblem problem, BrokenRule broken) {
        String workload = broken.group() < 0
                ? ""
                : "workload (" + problem.workloads().get(broken.group()).name() + ")";
        if (broken.node() < 0) {
            return workload.isEmpty() ? "" : workload + ": ";
        }
        PlacementState.NodeState node =
                PlacementState.of(problem.topology()).nodes().get(broken.node());
        return workload + " on node (" + node.site.id() + "/" + node.node.name() + "): ";
    }
}
