package io.edgeai.core.rollout;

import io.edgeai.core.experiment.DifferencePool;
import io.edgeai.core.experiment.Interval;
import io.edgeai.core.model.VersionRef;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
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
    private static final double Z95 = 1.959963984540054;

    /**
     * What a shadow has shown in one or several processes, everything counted once.
     *
     * @param parts at least one
     */
    public static ShadowReport of(VersionRef version, List<Shadow.State> parts) {
        long compared = parts.stream().mapToLong(Shadow.State::compared).sum();
        long agreeing = parts.stream().mapToLong(Shadow.State::agreeing).sum();
        double requests = Math.max(1, compared);
        return new ShadowReport(
                version,
                compared,
                parts.stream().mapToLong(Shadow.State::failed).sum(),
                parts.stream().mapToLong(Shadow.State::dropped).sum(),
                parts.stream()
                        .map(Shadow.State::lastFailure)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null),
                (double) agreeing / compared,
                wilson(agreeing, compared),
                parts.stream().mapToDouble(Shadow.State::largest).max().orElse(0),
                parts.stream().mapToDouble(Shadow.State::sumOfMeans).sum() / requests,
                parts.stream().mapToDouble(Shadow.State::frontNanos).sum() / 1e6 / requests,
                parts.stream().mapToDouble(Shadow.State::shadowNanos).sum() / 1e6 / requests,
                new DifferencePool(parts.stream().map(Shadow.State::slower).toList()).interval());
    }

    /** Wilson, Probable inference (1927). */
    private static Interval wilson(long agreeing, long compared) {
        if (compared == 0) {
            return new Interval(0, 1);
        }
        double n = compared;
        double p = agreeing / n;
        double z2 = Z95 * Z95 / n;
        double middle = (p + z2 / 2) / (1 + z2);
        double half = Z95 / (1 + z2) * Math.sqrt(p * (1 - p) / n + z2 / (4 * n));
        return new Interval(Math.max(0, middle - half), Math.min(1, middle + half));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s in the shadow: %d compared, %d failed, %d dropped; same answer %.2f %% (%.2f to %.2f), largest"
                        + " difference %.3g; %.3f ms where the version in front took %.3f",
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
