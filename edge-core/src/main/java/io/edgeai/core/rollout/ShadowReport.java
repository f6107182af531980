package io.edgeai.core.rollout;

import io.edgeai.core.experiment.Interval;
import io.edgeai.core.model.VersionRef;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a version would have answered.
 *
 * @param version the one that runs in the shadow
 * @param compared requests that both answered
 * @param failed requests that only the version in front answered
 * @param dropped requests that were meant for the shadow and found its queue full
 * @param lastFailure what the latest of the failures said, null where there was none
 * @param agreement share of the compared requests with the same answer, 0 to 1; NaN before the first
 * @param agreementInterval Wilson's 95 % interval of it
 * @param largestDifference absolute difference of two output values, over all requests
 * @param meanDifference absolute difference, mean over values and requests
 * @param frontMillis mean latency of the version in front, on the callers' threads
 * @param shadowMillis mean latency of the shadow, on its own thread
 * @param slower milliseconds by which the shadow takes longer: a 95 % interval that is right at all times
 */
public record ShadowReport(
        VersionRef version,
        long compared,
        long failed,
        long dropped,
        @Nullable String lastFailure,
        double agreement,
        Interval agreementInterval,
        double largestDifference,
        double meanDifference,
        double frontMillis,
        double shadowMillis,
        Interval slower) {
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s in the shadow: %d compared, %d failed, %d dropped; same answer %.2f %% (%.2f to %.2f), largest difference"
                        + " %.3g; %.3f ms where the version in front took %.3f",
                version,
                compared,
                failed,
                dropped,
                100 * agreement,
                100 * agreementInterval.low(),
                100 * agreementInterval.high(),
                largestDifference,
                shadowMillis,
                frontMillis);
    }
}
