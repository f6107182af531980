package io.edgeai.monitor.drift;

import java.time.Instant;

/**
 * One test of a served version's samples against its reference.
 *
 * @param at when
 * @param inputs verdict on the features of the inputs
 * @param outputs verdict on the answers and, where an answer has several values, on which is largest
 *     Without columns where there are not enough answers to compare with
 * @param basis what it compared with
 */
public record DriftVerdict(Instant at, DriftReport inputs, DriftReport outputs, DriftBasis basis) {
    /** A verdict of which it is not known what it compared with. */
    public DriftVerdict(Instant at, DriftReport inputs, DriftReport outputs) {
        this(at, inputs, outputs, DriftBasis.UNKNOWN);
    }

    /** 0 to 1 for a report; 0.5 where the smallest adjusted p-value just reaches the level. */
    public static double score(DriftReport report) {
        double p = Math.max(1e-15, report.smallestAdjustedPValue());
        double ratio = Math.log(p) / Math.log(report.level());
        return ratio >= 1 ? 0.5 + 0.5 * (1 - 1 / ratio) : 0.499 * ratio;
    }
}
