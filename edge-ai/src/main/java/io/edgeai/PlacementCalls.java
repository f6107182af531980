package io.edgeai;

import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.placement.PlacementEngine;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.PlacementRequest;
import io.edgeai.placement.Rebalance;
import io.edgeai.placement.RebalanceLimits;
import io.edgeai.placement.WhatIf;
import io.edgeai.placement.model.Workload;

/** What an instance does about where models run. Thread-safe. */
public sealed interface PlacementCalls permits EdgeAI {
    /** The registry on this instance's home. */
    EdgeModelRegistry registry();

    PlacementEngine placement();

    /** Begins a placement: {@code edge.place(workload).across(sites)}. */
    default PlacementRequest place(Workload... workloads) {
        return placement().place(workloads);
    }

    /** Begins to bring a plan's models to its sites: {@code edge.deploy(plan).agent("hall-a", uri, token).run()}. */
    default Delivery deploy(PlacementPlan plan) {
        return new Delivery(registry(), plan);
    }

    /** Begins a question to a plan: {@code edge.whatIf(plan).withoutSite("berlin").answer()}. */
    default WhatIf whatIf(PlacementPlan plan) {
        return placement().whatIf(plan);
    }

    /** Says by which few moves a running plan gets better; a dry run, which {@link Rebalance#apply} carries out. */
    default Rebalance rebalance(PlacementPlan running, RebalanceLimits limits) {
        return placement().rebalance(running, limits);
    }
}
