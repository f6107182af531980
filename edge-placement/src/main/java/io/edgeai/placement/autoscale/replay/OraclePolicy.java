package io.edgeai.placement.autoscale.replay;

import io.edgeai.placement.autoscale.ScalingDecision;
import io.edgeai.placement.autoscale.ScalingObservation;
import io.edgeai.placement.autoscale.ScalingPolicy;
import io.edgeai.placement.autoscale.ServiceProfile;
import io.edgeai.placement.autoscale.Staffing;

/**
 * Knows each bin's rate before it comes: the fewest replicas that keep enough answers of the preferred variant in time
 * over all bins a replica asked for now could meet before the next ask, in steady state. Nothing that must guess can
 * know more about the rate; which request comes when is chance for it too. Not thread-safe.
 */
public final class OraclePolicy implements ScalingPolicy {
    private static final double Z95 = 1.6448536269514722;

    private final Trace trace;
    private final ServiceProfile profile;
    private final double ahead;

    /** @param tickSeconds how often it is asked */
    public OraclePolicy(Trace trace, ServiceProfile profile, double tickSeconds) {
        this.trace = trace;
        this.profile = profile;
        this.ahead = profile.coldStart().seconds(Z95) + tickSeconds;
    }

    @Override
    public ScalingDecision decide(ScalingObservation seen) {
        double rate = 0;
        double step = Math.min(ahead, trace.binSeconds());
        for (double at = seen.seconds(); at < seen.seconds() + ahead + step; at += step) {
            rate = Math.max(rate, trace.rate(Math.min(at, seen.seconds() + ahead)));
        }
        return new ScalingDecision(needed(rate), 0, "knows the trace");
    }

    /** Replicas for a rate known for sure. */
    public int needed(double rate) {
        int staff = Staffing.replicas(
                rate, profile.variants().get(0), profile.sloSeconds(), profile.violations(), profile.maxReplicas());
        return Math.max(profile.minReplicas(), staff);
    }
}
