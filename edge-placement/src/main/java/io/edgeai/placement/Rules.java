package io.edgeai.placement;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.cost.Candidate;
import io.edgeai.placement.cost.CostModel;
import io.edgeai.placement.cost.Headroom;
import io.edgeai.placement.cost.SiteEstimates;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.spi.Constraint;
import io.edgeai.placement.spi.PlacementStrategy;
import io.edgeai.placement.spi.ScoreTerm;
import io.edgeai.placement.spi.Violation;
import java.util.ArrayList;
import java.util.List;

/** What an engine judges candidates by. */
record Rules(PlacementStrategy strategy, List<Constraint> constraints, CostModel costModel) {
    Rules {
        constraints = List.copyOf(constraints);
    }

    Candidate candidate(Workload workload, Variant variant, Site site, Node node, Headroom headroom, Network network) {
        return candidate(
                workload,
                variant,
                site,
                node,
                headroom,
                costModel.of(workload, network).at(site));
    }

    /**
     * With the size of batch that scores lowest among those that keep every constraint, the smaller of equals. Where
     * none does, with that which is nearest to it.
     */
    Candidate candidate(
            Workload workload, Variant variant, Site site, Node node, Headroom headroom, SiteEstimates estimates) {
        List<Integer> batches = estimates.batches(variant, node);
        Candidate best = new Candidate(workload, variant, site, node, headroom, estimates.estimate(variant, node));
        for (int i = 1; i < batches.size(); i++) {
            Candidate larger = new Candidate(
                    workload, variant, site, node, headroom, estimates.estimate(variant, node, batches.get(i)));
            best = better(larger, best) ? larger : best;
        }
        return best;
    }

    private boolean better(Candidate a, Candidate b) {
        boolean allowed = allow(a);
        if (allowed != allow(b)) {
            return allowed;
        }
        return allowed ? score(a) < score(b) : effort(a) < effort(b);
    }

    private double effort(Candidate candidate) {
        return violations(candidate).stream().mapToDouble(Violation::effort).sum();
    }

    boolean allow(Candidate candidate) {
        for (int i = 0; i < constraints.size(); i++) {
            if (!constraints.get(i).allows(candidate)) {
                return false;
            }
        }
        return true;
    }

    /** Every constraint the candidate breaks; infinite latency that overload alone explains is left out. */
    List<Violation> violations(Candidate candidate) {
        List<Violation> broken = new ArrayList<>();
        for (Constraint constraint : constraints) {
            if (!constraint.allows(candidate)) {
                broken.add(constraint.explain(candidate));
            }
        }
        boolean overloaded =
                broken.stream().anyMatch(violation -> violation.constraint().equals("throughput"));
        if (overloaded && !Double.isInfinite(candidate.estimate().networkMillis())) {
            broken.removeIf(
                    violation -> violation.constraint().equals("latency") && Double.isInfinite(violation.actual()));
        }
        return broken;
    }

    /** @throws InvalidInputException where a term gives no finite number */
    double score(Candidate candidate) {
        double score = strategy.score(candidate);
        if (Double.isNaN(score) || Double.isInfinite(score)) {
            throw new InvalidInputException("Strategy (" + strategy.name() + ") scores (" + score + ") for workload ("
                    + candidate.workload().name() + ") on site ("
                    + candidate.site().id() + "). Maybe one of its terms divides by zero: " + terms(candidate));
        }
        return score;
    }

    List<Explanation.Term> terms(Candidate candidate) {
        List<Explanation.Term> terms = new ArrayList<>();
        for (ScoreTerm term : strategy.terms()) {
            double value = term.value().applyAsDouble(candidate);
            terms.add(new Explanation.Term(term.name(), value, term.unit(), term.charge(value)));
        }
        return terms;
    }
}
