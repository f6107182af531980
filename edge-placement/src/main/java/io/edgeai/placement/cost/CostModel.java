package io.edgeai.placement.cost;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.Demand;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Origin;
import io.edgeai.placement.model.Power;
import io.edgeai.placement.model.Price;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;

/**
 * Predicts latency, headroom, memory, money, accuracy, energy and carbon of one replica on one node. With {@code λ =
 * rate / replicas} requests per second for the replica and {@code D} the largest of its shares of the node's CPU,
 * memory and accelerators:
 *
 * <ul>
 *   <li><b>latency</b> [ms] at the quantile {@code q} = network round trip + {@code 8·requestBytes / bandwidth} + wait
 *       at {@code q} ({@link Queueing}) + inference at {@code q}. The last is {@code s·(1 + z_q·√cs²)} with the
 *       normal quantile {@code z_q}. Adding two quantiles errs on the safe side.
 *   <li><b>utilisation</b> = {@code λ·s/c}; compute headroom is what is missing to 1
 *   <li><b>money</b> [currency/h] = {@code D·perNodeHour + cores·perCoreHour + devices·perAcceleratorHour +
 *       λ·3600·requestBytes/10⁹·perEgressGigabyte}
 *   <li><b>power</b> [W] = {@code D·idle + f·utilisation·(cpuShare·(busy − idle) + devices·acceleratorWatts)} with the
 *       variant's energy factor {@code f}: linear in utilisation (Fan, Weber and Barroso, ISCA 2007), idle power
 *       shared by what is reserved; <b>energy</b> [J/inference] = power / λ
 *   <li><b>carbon</b> [gCO₂/h] = {@code power/1000 · gramsPerKilowattHour}
 * </ul>
 *
 * Every figure depends on one replica and one node only, so the cost of a plan is a sum over its replicas. Immutable
 * and thread-safe.
 */
public final class CostModel {
    private final double scv;
    private final double deviation;

    private CostModel(double scv) {
        this.scv = scv;
        this.deviation = Math.sqrt(scv);
    }

    /** Constant service times: {@code cs² = 0}, near the truth for inference on inputs of one shape. */
    public static CostModel defaults() {
        return new CostModel(0);
    }

    /** Service times with that squared coefficient of variation: 0 constant, 1 as for an exponential law. */
    public static CostModel withServiceVariation(double scv) {
        if (!(scv >= 0 && scv <= 100)) {
            throw new InvalidInputException("Service variation (" + scv + ") must lie between 0 and 100.");
        }
        return new CostModel(scv);
    }

    /** Predicts; never fails for valid values, but times can be infinite. */
    public Estimate estimate(Workload workload, Variant variant, Site site, Node node, Network network) {
        Demand demand = workload.demand();
        double rate = demand.ratePerSecond() / workload.replicas();
        int servers = LatencyModel.servers(workload);
        double service = LatencyModel.serviceMillis(workload, variant, node);
        double utilisation = Queueing.utilisation(rate, service, servers);
        double wait = Queueing.waitQuantileMillis(rate, service, servers, scv, demand.quantile());
        double compute = scv == 0
                ? service
                : service * Math.max(0, 1 + deviation * LatencyModel.normalQuantile(demand.quantile()));

        double worst = 0;
        double sum = 0;
        double shares = 0;
        for (int i = 0; i < demand.origins().size(); i++) {
            Origin origin = demand.origins().get(i);
            double rtt = network.rttMillis(origin, site);
            worst = Math.max(worst, rtt);
            sum += rtt * origin.share();
            shares += origin.share();
        }
        double megabits = network.megabitsPerSecond(site);
        double transfer = demand.requestBytes() * 8e-3 / megabits;

        double devices = workload.accelerator().milli() / (double) Accelerator.WHOLE;
        double cpuShare = share((double) workload.cpuMillis(), (double) node.cpuMillis());
        double memoryShare = share((double) variant.memoryBytes(), (double) node.memoryBytes());
        double dominant = Math.max(
                Math.max(cpuShare, memoryShare),
                share(devices, node.accelerators().size()));
        double watts = watts(site.power(), variant, dominant, Math.min(1, utilisation), cpuShare, devices);
        return new Estimate(
                worst,
                shares == 0 ? 0 : sum / shares,
                transfer,
                wait,
                compute,
                service,
                servers,
                utilisation,
                rate,
                variant.memoryBytes(),
                memoryShare,
                money(site.price(), workload, dominant, devices, rate),
                variant.accuracy(),
                watts,
                rate == 0 ? 0 : watts / rate,
                watts / 1000 * site.power().gramsPerKilowattHour(),
                variant.sizeBytes() * 8e-6 / megabits);
    }

    private static double money(Price price, Workload workload, double dominant, double devices, double rate) {
        return dominant * price.perNodeHour()
                + workload.cpuMillis() / 1000.0 * price.perCoreHour()
                + devices * price.perAcceleratorHour()
                + rate * 3600 * workload.demand().requestBytes() / 1e9 * price.perEgressGigabyte();
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
