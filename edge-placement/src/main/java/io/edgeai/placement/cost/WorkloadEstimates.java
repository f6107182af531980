package io.edgeai.placement.cost;

import io.edgeai.placement.model.Demand;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import java.util.ArrayList;
import java.util.List;

/**
 * The estimates of one workload's candidates by a {@link CostModel}. Waiting depends on a node only by the time of one
 * inference there, so it is worked out once per such time, not once per node. Not thread-safe.
 */
public final class WorkloadEstimates {
    /** Different times of inference that are remembered; nodes of more kinds are worked out each time. */
    private static final int REMEMBERED = 64;

    private final Workload workload;
    private final Network network;
    private final double scv;
    private final double rate;
    private final int servers;
    private final double computeFactor;
    private final List<Service> known = new ArrayList<>();

    WorkloadEstimates(Workload workload, Network network, double scv) {
        Demand demand = workload.demand();
        this.workload = workload;
        this.network = network;
        this.scv = scv;
        this.rate = demand.ratePerSecond() / workload.replicas();
        this.servers = LatencyModel.servers(workload);
        this.computeFactor = Math.max(0, 1 + Math.sqrt(scv) * LatencyModel.normalQuantile(demand.quantile()));
    }

    /**
     * One replica of the workload with one time of inference.
     *
     * @param millis mean time of one run
     * @param batch inputs of a run at most
     * @param utilisation offered load per server
     * @param queueMillis wait at the workload's quantile
     * @param computeMillis inference at the workload's quantile
     */
    record Service(double millis, int batch, double utilisation, double queueMillis, double computeMillis) {}

    /** The estimates on all nodes of one site. */
    public SiteEstimates at(Site site) {
        return new SiteEstimates(this, site, network);
    }

    public Workload workload() {
        return workload;
    }

    double rate() {
        return rate;
    }

    int servers() {
        return servers;
    }

    Service service(Variant variant, Node node, int batch) {
        double millis = LatencyModel.serviceMillis(workload, variant, node, batch);
        for (int i = 0; i < known.size(); i++) {
            if (known.get(i).millis() == millis && known.get(i).batch() == batch) {
                return known.get(i);
            }
        }
        double quantile = workload.demand().quantile();
        Service service = new Service(
                millis,
                batch,
                Queueing.utilisation(rate / batch, millis, servers),
                batch == 1
                        ? Queueing.waitQuantileMillis(rate, millis, servers, scv, quantile)
                        : Queueing.batchWaitQuantileMillis(rate, millis, batch, servers, scv, quantile),
                millis * computeFactor);
        if (known.size() < REMEMBERED) {
            known.add(service);
        }
        return service;
    }
}
