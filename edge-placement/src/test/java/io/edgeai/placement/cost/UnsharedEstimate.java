package io.edgeai.placement.cost;

import io.edgeai.placement.model.Demand;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Origin;
import io.edgeai.placement.model.Power;
import io.edgeai.placement.model.Price;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;

/** The formulas of {@link CostModel} in one piece for one candidate, with nothing kept from another. */
public final class UnsharedEstimate {
    private UnsharedEstimate() {}

    public static Estimate of(double scv, Workload workload, Variant variant, Site site, Node node, Network network) {
        Demand demand = workload.demand();
        double rate = demand.ratePerSecond() / workload.replicas();
        int servers = LatencyModel.servers(workload);
        double service = LatencyModel.serviceMillis(workload, variant, node);
        double utilisation = Queueing.utilisation(rate, service, servers);
        double compute = scv == 0
                ? service
                : service * Math.max(0, 1 + Math.sqrt(scv) * LatencyModel.normalQuantile(demand.quantile()));
        double worst = 0;
        double sum = 0;
        double shares = 0;
        for (Origin origin : demand.origins()) {
            worst = Math.max(worst, network.rttMillis(origin, site));
            sum += network.rttMillis(origin, site) * origin.share();
            shares += origin.share();
        }
        double megabits = network.megabitsPerSecond(site);
        double devices = workload.accelerator().milli() / 1000.0;
        double cpuShare = share((double) workload.cpuMillis(), (double) node.cpuMillis());
        double memoryShare = share((double) variant.memoryBytes(), (double) node.memoryBytes());
        double deviceShare = share(devices, node.accelerators().size());
        double dominant = Math.max(Math.max(cpuShare, memoryShare), deviceShare);
        Price price = site.price();
        double money = dominant * price.perNodeHour()
                + workload.cpuMillis() / 1000.0 * price.perCoreHour()
                + devices * price.perAcceleratorHour()
                + rate * 3600 * demand.requestBytes() / 1e9 * price.perEgressGigabyte();
        Power power = site.power();
        double watts = dominant * power.idleWatts()
                + variant.energyFactor()
                        * Math.min(1, utilisation)
                        * (cpuShare * (power.busyWatts() - power.idleWatts()) + devices * power.acceleratorWatts());
        return new Estimate(
                worst,
                shares == 0 ? 0 : sum / shares,
                demand.requestBytes() * 8e-3 / megabits,
                Queueing.waitQuantileMillis(rate, service, servers, scv, demand.quantile()),
                compute,
                service,
                servers,
                utilisation,
                rate,
                variant.memoryBytes(),
                memoryShare,
                money,
                variant.accuracy(),
                watts,
                rate == 0 ? 0 : watts / rate,
                watts / 1000 * power.gramsPerKilowattHour(),
                variant.sizeBytes() * 8e-6 / megabits);
    }

    private static double share(double part, double whole) {
        return whole == 0 ? 0 : part / whole;
    }
}
