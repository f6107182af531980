package io.edgeai.placement.cost;

import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.HourlyRates;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Origin;
import io.edgeai.placement.model.Power;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import java.util.List;

/**
 * The estimates of one workload's candidates on the nodes of one site, whose links are looked up and measured once.
 * Not thread-safe.
 */
public final class SiteEstimates {
    private final WorkloadEstimates shared;
    private final Site site;
    private final double worstMillis;
    private final double meanMillis;
    private final double megabits;
    private final MeanRates rates;

    SiteEstimates(WorkloadEstimates shared, Site site, Network network) {
        this.shared = shared;
        this.site = site;
        double worst = 0;
        double sum = 0;
        double shares = 0;
        for (Origin origin : shared.workload().demand().origins()) {
            double rtt = network.rttMillis(origin, site);
            worst = Math.max(worst, rtt);
            sum += rtt * origin.share();
            shares += origin.share();
        }
        this.worstMillis = worst;
        this.meanMillis = shares == 0 ? 0 : sum / shares;
        this.megabits = network.megabitsPerSecond(site);
        this.rates = MeanRates.of(site, HourlyRates.NONE, shared.workload().runs());
    }

    /** Predicts for one of the site's nodes; never fails for valid values, but times can be infinite. */
    public Estimate estimate(Variant variant, Node node) {
        return estimate(variant, node, 1);
    }

    /** Sizes of batches between which there is a choice, ascending; the first is 1. */
    public List<Integer> batches(Variant variant, Node node) {
        return LatencyModel.batches(shared.workload(), variant, node);
    }

    /** Predicts for runs of up to {@code batch} inputs; times are infinite where that size was not measured there. */
    public Estimate estimate(Variant variant, Node node, int batch) {
        Workload workload = shared.workload();
        WorkloadEstimates.Service service = shared.service(variant, node, batch);
        double rate = shared.rate();
        double devices = workload.accelerator().milli() / (double) Accelerator.WHOLE;
        double cpuShare = share((double) workload.cpuMillis(), (double) node.cpuMillis());
        double memoryShare = share((double) variant.memoryBytes(), (double) node.memoryBytes());
        double dominant = Math.max(
                Math.max(cpuShare, memoryShare),
                share(devices, node.accelerators().size()));
        MeanRates charged =
                node.hourly().profiles().isEmpty() ? rates : MeanRates.of(site, node.hourly(), workload.runs());
        double running = watts(site.power(), variant, dominant, Math.min(1, service.utilisation()), cpuShare, devices);
        return new Estimate(
                worstMillis,
                meanMillis,
                workload.demand().requestBytes() * 8e-3 / megabits,
                service.queueMillis(),
                service.computeMillis(),
                service.millis(),
                shared.servers(),
                service.utilisation(),
                rate,
                variant.memoryBytes(),
                memoryShare,
                money(charged, workload, dominant, devices, rate) + running / 1000 * charged.kilowattHour(),
                variant.accuracy(),
                running * workload.runs().share(),
                rate == 0 ? 0 : running / rate,
                running / 1000 * charged.carbon(),
                site.artifacts().hold(variant) ? 0 : variant.sizeBytes() * 8e-6 / megabits,
                batch);
    }

    private static double money(MeanRates price, Workload workload, double dominant, double devices, double rate) {
        return dominant * price.nodeHour()
                + workload.cpuMillis() / 1000.0 * price.coreHour()
                + devices * price.acceleratorHour()
                + rate * 3600 * workload.demand().requestBytes() / 1e9 * price.egressGigabyte();
    }

    private static double watts(
            Power power, Variant variant, double dominant, double busy, double cpuShare, double devices) {
        double dynamic = cpuShare * (power.busyWatts() - power.idleWatts()) + devices * power.acceleratorWatts();
        return dominant * power.idleWatts() + variant.energyFactor() * busy * dynamic;
    }

    /** A share of nothing is nothing: such a candidate is refused by the resource constraints. */
    private static double share(double part, double whole) {
        return whole == 0 ? 0 : part / whole;
    }
}
