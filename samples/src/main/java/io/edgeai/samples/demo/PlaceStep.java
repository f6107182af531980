package io.edgeai.samples.demo;

import io.edgeai.EdgeAI;
import io.edgeai.placement.Explanation;
import io.edgeai.placement.PlacementEngine;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.model.Origin;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.strategy.PlacementStrategies;
import io.edgeai.placement.strategy.WeightedStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Places both versions as variants of one workload on a dozen sites, under each of the seven strategies. */
final class PlaceStep {
    private PlaceStep() {}

    /**
     * One strategy's answer.
     *
     * @param strategy its name
     * @param plan where everything runs
     */
    record Choice(String strategy, PlacementPlan plan) {}

    /**
     * All answers.
     *
     * @param sites the dozen
     * @param choices one for each strategy
     * @param rejected why the sites left out by the latency-aware plan were not possible
     */
    record Result(List<Site> sites, List<Choice> choices, List<Explanation.Rejection> rejected) {}

    static Result run(EdgeAI edge, ShrinkStep.Result shrunk) {
        Workload workload = workload(edge, shrunk);
        List<Site> sites = DemoSites.all();
        List<Choice> choices = new ArrayList<>();
        List<Explanation.Rejection> rejected = List.of();
        for (WeightedStrategy strategy : PlacementStrategies.all()) {
            PlacementEngine engine =
                    PlacementEngine.builder().strategy(strategy).build();
            PlacementPlan plan = engine.place(workload).across(sites);
            choices.add(new Choice(strategy.name(), plan));
            if (rejected.isEmpty()) {
                rejected = plan.explain().workloads().get(0).rejected();
            }
        }
        return new Result(sites, choices, rejected);
    }

    /** Three replicas for cameras in Berlin, Turin and Paris, 300 pictures a second, European soil, 40 ms. */
    static Workload workload(EdgeAI edge, ShrinkStep.Result shrunk) {
        Workload base = shrunk.small().kept()
                ? edge.workload(shrunk.original(), shrunk.small().version())
                : edge.workload(shrunk.original());
        return base.rate(300)
                .requestBytes(2_000)
                .origin(Origin.at("berlin", 2, 52.52, 13.40))
                .origin(Origin.at("turin", 1, 45.07, 7.69))
                .origin(Origin.at("paris", 1, 48.86, 2.35))
                .p99(Duration.ofMillis(40))
                .replicas(3)
                .cpuCores(0.5)
                .residency("eu-de", "eu-fr", "eu-it", "eu-cz", "eu-pl", "eu-es", "eu-se", "eu-ie");
    }
}
