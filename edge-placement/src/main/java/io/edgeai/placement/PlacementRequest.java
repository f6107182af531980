package io.edgeai.placement;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Workload;
import java.util.Collection;
import java.util.List;

/** The first half of {@code engine.place(workload).across(sites)}. Immutable. */
public final class PlacementRequest {
    private final PlacementEngine engine;
    private final List<Workload> workloads;
    private final Progress progress;

    PlacementRequest(PlacementEngine engine, List<Workload> workloads, Progress progress) {
        this.engine = engine;
        this.workloads = workloads;
        this.progress = progress;
    }

    /** Reports to and can be cancelled by {@code listener}. */
    public PlacementRequest progress(Progress listener) {
        return new PlacementRequest(engine, workloads, listener);
    }

    /** Plans over sites whose links are estimated from coordinates. */
    public PlacementPlan across(Collection<Site> sites) {
        return across(Topology.of(sites));
    }

    /** Plans over sites and a network. */
    public PlacementPlan across(Collection<Site> sites, Network network) {
        return across(Topology.of(sites, network));
    }

    public PlacementPlan across(Topology topology) {
        return engine.place(new PlacementProblem(workloads, topology), progress);
    }
}
