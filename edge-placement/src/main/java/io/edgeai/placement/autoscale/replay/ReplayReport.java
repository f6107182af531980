package io.edgeai.placement.autoscale.replay;

/**
 * What a policy did with a trace.
 *
 * @param requests all requests
 * @param late those whose answer took longer than the SLO, those never answered included
 * @param replicaHours paid time of replicas, from asking for one until it is gone
 * @param peakReplicas most replicas at a time
 * @param meanAccuracy of the variants that answered
 * @param meanWaitSeconds of all answers
 * @param coldStarts replicas started
 * @param decisions how often the policy was asked
 * @param decisionMicros mean CPU time of a decision, in wall time of the replaying thread
 */
public record ReplayReport(
        long requests,
        long late,
        double replicaHours,
        int peakReplicas,
        double meanAccuracy,
        double meanWaitSeconds,
        long coldStarts,
        long decisions,
        double decisionMicros) {
    /** Share of requests that were late; 0 where there were none. */
    public double violations() {
        return requests == 0 ? 0 : (double) late / requests;
    }
}
