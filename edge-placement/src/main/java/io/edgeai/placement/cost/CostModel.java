package io.edgeai.placement.cost;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Node;
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
 *   <li>in <b>batches</b> of up to {@code b} inputs, of which one run takes {@code s(b)}: capacity = {@code c·b/s(b)},
 *       utilisation = λ / capacity, wait at {@code q} by {@link Queueing#batchWaitQuantileMillis}; runs that are not
 *       full take as long, but are not counted as busy for more than their inputs' part
 *   <li><b>money</b> [currency/h] = {@code D·perNodeHour + cores·perCoreHour + devices·perAcceleratorHour +
 *       λ·3600·requestBytes/10⁹·perEgressGigabyte + power/1000·perKilowattHour}
 *   <li><b>power</b> [W] = {@code D·idle + f·utilisation·(cpuShare·(busy − idle) + devices·acceleratorWatts)} with the
 *       variant's energy factor {@code f}: linear in utilisation (Fan, Weber and Barroso, ISCA 2007), idle power
 *       shared by what is reserved; <b>energy</b> [J/inference] = power / λ
 *   <li><b>carbon</b> [gCO₂/h] = {@code power/1000 · gramsPerKilowattHour}
 * </ul>
 *
 * Money, power and carbon are means over all time. Where a rate changes by the hour or a workload runs at some times
 * only, they are integrals over the week: the rate of each hour, times what is drawn or reserved while the workload runs,
 * times nothing while it does not. Energy is per inference while it runs.
 *
 * <p>Every figure depends on one replica and one node only, so the cost of a plan is a sum over its replicas. Immutable
 * and thread-safe.
 */
public final class CostModel {
    private final double scv;

    private CostModel(double scv) {
        this.scv = scv;
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
        return of(workload, network).at(site).estimate(variant, node);
    }

    /** The same for many candidates of one workload: what some of them share is worked out once. */
    public WorkloadEstimates of(Workload workload, Network network) {
        return new WorkloadEstimates(workload, network, scv);
    }
}
