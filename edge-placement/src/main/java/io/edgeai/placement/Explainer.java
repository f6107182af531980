package io.edgeai.placement;

import io.edgeai.placement.cost.Candidate;
import io.edgeai.placement.cost.Headroom;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.spi.Violation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Judges every site for one workload against a state. */
final class Explainer {
    private final Rules rules;
    private final PlacementState state;
    private final List<Violation> elsewise;

    Explainer(Rules rules, PlacementState state) {
        this(rules, state, List.of());
    }

    /** @param elsewise why a site is rejected that would take the replica as far as it alone is concerned */
    Explainer(Rules rules, PlacementState state, List<Violation> elsewise) {
        this.rules = rules;
        this.state = state;
        this.elsewise = elsewise;
    }

    Explanation.OfWorkload explain(Workload workload, List<Assignment> chosen, int missing) {
        List<Explanation.Choice> choices = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        double dearest = Double.NEGATIVE_INFINITY;
        for (Assignment replica : chosen) {
            choices.add(choice(rules.candidate(
                    workload,
                    replica.variant(),
                    replica.site(),
                    replica.node(),
                    Headroom.ofEmpty(replica.node(), workload.accelerator()),
                    state.topology().network())));
            taken.add(replica.site().id());
            dearest = Math.max(dearest, replica.score());
        }
        List<Explanation.Rejection> rejected = new ArrayList<>();
        Explanation.@Nullable Choice best = null;
        int node = 0;
        for (Site site : state.topology().sites()) {
            SiteVerdict verdict = judge(workload, site, node);
            node += site.nodes().size();
            if (taken.contains(site.id()) && missing == 0) {
                continue;
            }
            if (verdict.possible == null) {
                if (verdict.rejection != null) {
                    rejected.add(verdict.rejection);
                }
            } else if (!taken.contains(site.id()) && (best == null || verdict.possible.score() < best.score())) {
                best = verdict.possible;
            }
        }
        double reference = dearest;
        return new Explanation.OfWorkload(
                workload.name(),
                missing,
                choices,
                Optional.ofNullable(best)
                        .map(choice -> new Explanation.Alternative(
                                choice, Double.isInfinite(reference) ? 0 : choice.score() - reference)),
                rejected,
                missing == 0 ? Optional.empty() : cheapest(rejected));
    }

    private static Optional<Explanation.Relaxation> cheapest(List<Explanation.Rejection> rejected) {
        return rejected.stream()
                .min(Comparator.comparingDouble(Explanation.Rejection::effort))
                .map(nearest -> new Explanation.Relaxation(
                        nearest.site(),
                        nearest.node(),
                        nearest.variant(),
                        nearest.violations().stream().map(Violation::repair).toList(),
                        nearest.effort()));
    }

    private SiteVerdict judge(Workload workload, Site site, int firstNode) {
        SiteVerdict verdict = new SiteVerdict();
        double leastEffort = Double.POSITIVE_INFINITY;
        for (int n = firstNode; n < firstNode + site.nodes().size(); n++) {
            PlacementState.NodeState node = state.nodes().get(n);
            List<Violation> clashes = state.clashes(workload, node.siteIndex);
            for (Variant variant : workload.variants()) {
                Candidate candidate = rules.candidate(
                        workload,
                        variant,
                        site,
                        node.node,
                        node.headroom(workload.accelerator()),
                        state.topology().network());
                List<Violation> violations = new ArrayList<>(rules.violations(candidate));
                violations.addAll(clashes);
                violations.addAll(violations.isEmpty() ? elsewise : List.of());
                if (violations.isEmpty()) {
                    Explanation.Choice choice = choice(candidate);
                    if (verdict.possible == null || choice.score() < verdict.possible.score()) {
                        verdict.possible = choice;
                    }
                    continue;
                }
                Explanation.Rejection rejection =
                        new Explanation.Rejection(site.id(), node.node.name(), variant.name(), violations);
                if (verdict.rejection == null || rejection.effort() < leastEffort) {
                    leastEffort = rejection.effort();
                    verdict.rejection = rejection;
                }
            }
        }
        return verdict;
    }

    private Explanation.Choice choice(Candidate candidate) {
        List<Explanation.Term> terms = rules.terms(candidate);
        return new Explanation.Choice(
                candidate.site().id(),
                candidate.node().name(),
                candidate.variant().name(),
                terms,
                terms.stream().mapToDouble(Explanation.Term::charge).sum(),
                candidate.estimate().batch(),
                candidate.estimate().capacityPerSecond());
    }

    private static final class SiteVerdict {
        private Explanation.@Nullable Choice possible;
        private Explanation.@Nullable Rejection rejection;
    }
}
