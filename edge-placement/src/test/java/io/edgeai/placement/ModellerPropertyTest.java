package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.placement.constraint.Constraints;
import io.edgeai.placement.cost.Candidate;
import io.edgeai.placement.cost.CostModel;
import io.edgeai.placement.cost.Headroom;
import io.edgeai.placement.cost.SiteEstimates;
import io.edgeai.placement.cost.UnsharedEstimate;
import io.edgeai.placement.cost.WorkloadEstimates;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.solver.Group;
import io.edgeai.placement.solver.Option;
import io.edgeai.placement.strategy.PlacementStrategies;
import io.edgeai.placement.strategy.WeightedStrategy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What candidates share changes no bit of what each of them is estimated, allowed and charged alone. */
class ModellerPropertyTest {
    private record Place(Site site, Node node) {}

    private record Way(int node, int variant, double cost) {}

    private static List<PlacementProblem> problems() {
        List<PlacementProblem> problems = new ArrayList<>();
        for (long seed = 1; seed <= 4; seed++) {
            problems.add(EdgeScenarios.of(seed, 9, 25));
        }
        for (long seed = 0; seed < 40; seed++) {
            problems.add(RandomProblems.small(seed));
        }
        problems.add(ofManyKinds());
        return problems;
    }

    /** 150 kinds of nodes: more different times of inference than are remembered. */
    private static PlacementProblem ofManyKinds() {
        Site.Builder site = Site.builder("s").at(50, 8);
        for (int n = 0; n < 150; n++) {
            site.node(new Node("n" + n, 8000, 1_000_000_000L, 1_000_000_000L, "kind-" + n, 1 + n % 75, List.of()));
        }
        Variant.Builder variant = Variant.builder("v").macs(40_000_000);
        IntStream.range(0, 50).forEach(n -> variant.measured("kind-" + n, 100 + n));
        Workload workload = Workload.of("w", variant.build()).rate(5).replicas(2);
        return new PlacementProblem(List.of(workload), Topology.of(List.of(site.build())));
    }

    private static List<Place> places(PlacementProblem problem) {
        return problem.topology().sites().stream()
                .flatMap(site -> site.nodes().stream().map(node -> new Place(site, node)))
                .toList();
    }

    @Test
    void estimatesAreThoseOfEachCandidateAloneInAnyOrder() {
        for (PlacementProblem problem : problems()) {
            Network network = problem.topology().network();
            List<Place> places = new ArrayList<>(places(problem));
            Collections.shuffle(places, new Random(1));
            for (double scv : List.of(0.0, 0.25, 1.0)) {
                CostModel model = CostModel.withServiceVariation(scv);
                for (Workload workload : problem.workloads()) {
                    WorkloadEstimates shared = model.of(workload, network);
                    for (Place place : places) {
                        SiteEstimates here = shared.at(place.site());
                        for (Variant variant : workload.variants()) {
                            assertThat(here.estimate(variant, place.node()))
                                    .isEqualTo(UnsharedEstimate.of(
                                            scv, workload, variant, place.site(), place.node(), network));
                        }
                    }
                }
            }
        }
    }

    @Test
    void optionsAreAllAllowedCandidatesByCostThenNodeThenVariant() {
        for (PlacementProblem problem : problems()) {
            for (WeightedStrategy strategy : PlacementStrategies.all()) {
                Rules rules = new Rules(strategy, Constraints.standard(), CostModel.defaults());
                List<Group> groups = new Modeller(problem, rules).instance().groups();
                for (int g = 0; g < groups.size(); g++) {
                    assertThat(groups.get(g).options().stream().map(ModellerPropertyTest::way))
                            .as("%s of %s", strategy.name(), problem.workloads().get(g))
                            .isEqualTo(ways(problem, rules, problem.workloads().get(g)));
                }
            }
        }
    }

    private static Way way(Option option) {
        return new Way(option.node(), option.variant(), option.cost());
    }

    private static List<Way> ways(PlacementProblem problem, Rules rules, Workload workload) {
        List<Way> ways = new ArrayList<>();
        List<Place> places = places(problem);
        for (int v = 0; v < workload.variants().size(); v++) {
            for (int n = 0; n < places.size(); n++) {
                Site site = places.get(n).site();
                Node node = places.get(n).node();
                Variant variant = workload.variants().get(v);
                Candidate candidate = new Candidate(
                        workload,
                        variant,
                        site,
                        node,
                        Headroom.ofEmpty(node, workload.accelerator()),
                        UnsharedEstimate.of(
                                0,
                                workload,
                                variant,
                                site,
                                node,
                                problem.topology().network()));
                if (rules.violations(candidate).isEmpty()) {
                    ways.add(new Way(n, v, rules.score(candidate)));
                }
            }
        }
        ways.sort(Comparator.comparingDouble(Way::cost)
                .thenComparingInt(Way::node)
                .thenComparingInt(Way::variant));
        return ways;
    }
}
