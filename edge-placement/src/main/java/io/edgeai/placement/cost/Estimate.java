package io.edgeai.placement.cost;

/**
 * What one replica of a workload on one node is predicted to mean. Times may be infinite: no link is known, the speed
 * of the hardware is not known, or the queue is not stable.
 *
 * @param networkMillis round trip to the farthest origin
 * @param meanNetworkMillis round trip averaged over origins by their shares
 * @param transferMillis sending request and answer over the site's link
 * @param queueMillis wait at the workload's quantile
 * @param computeMillis inference at the workload's quantile
 * @param serviceMillis mean time of one inference, or of one run of a whole batch
 * @param servers inferences that run at once
 * @param utilisation busy share of what the replica reserves; at least 1 means overload
 * @param ratePerSecond requests this replica takes
 * @param memoryBytes main memory
 * @param memoryShare the same as a share of the node's
 * @param moneyPerHour price in the problem's currency
 * @param accuracy the variant's
 * @param watts mean power, its part of idle power included
 * @param joulesPerInference {@code watts / rate}; 0 without requests
 * @param gramsPerHour carbon in gCO₂ per hour
 * @param updateSeconds sending the variant to the site once; 0 where the site holds it
 * @param batch inputs that one run takes at most
 */
public record Estimate(
        double networkMillis,
        double meanNetworkMillis,
        double transferMillis,
        double queueMillis,
        double computeMillis,
        double serviceMillis,
        int servers,
        double utilisation,
        double ratePerSecond,
        long memoryBytes,
        double memoryShare,
        double moneyPerHour,
        double accuracy,
        double watts,
        double joulesPerInference,
        double gramsPerHour,
        double updateSeconds,
        int batch) {
    /** One input at a time. */
    public Estimate(
            double networkMillis,
            double meanNetworkMillis,
            double transferMillis,
            double queueMillis,
            double computeMillis,
            double serviceMillis,
            int servers,
            double utilisation,
            double ratePerSecond,
            long memoryBytes,
            double memoryShare,
            double moneyPerHour,
            double accuracy,
            double watts,
            double joulesPerInference,
            double gramsPerHour,
            double updateSeconds) {
        this(
                networkMillis,
                meanNetworkMillis,
                transferMillis,
                queueMillis,
                computeMillis,
                serviceMillis,
                servers,
                utilisation,
                ratePerSecond,
                memoryBytes,
                memoryShare,
                moneyPerHour,
                accuracy,
                watts,
                joulesPerInference,
                gramsPerHour,
                updateSeconds,
                1);
    }

    /** Requests per second at which every server always runs full batches; infinite where a run takes no time. */
    public double capacityPerSecond() {
        return servers * batch * 1000.0 / serviceMillis;
    }

    /** Latency at the quantile for the farthest origin; what the latency bound is compared with. */
    public double latencyMillis() {
        return networkMillis + transferMillis + queueMillis + computeMillis;
    }

    /** Latency at the quantile averaged over origins; what latency-aware placement minimises. */
    public double meanLatencyMillis() {
        return meanNetworkMillis + transferMillis + queueMillis + computeMillis;
    }
}
