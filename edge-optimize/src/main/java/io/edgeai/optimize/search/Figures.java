package io.edgeai.optimize.search;

/**
 * What a candidate is worth, compared with the original it was made of.
 *
 * @param bytes size as an ONNX file
 * @param bytesBefore size of the original as an ONNX file
 * @param speedup time of the original / time of the candidate, side by side; NaN where not measured
 * @param p50Micros median latency of the candidate in microseconds; NaN where not measured
 * @param p99Micros 99th percentile in microseconds; NaN where not measured
 * @param accuracy share of labelled samples it got right; NaN without labels
 * @param accuracyBefore the same of the original; NaN without labels
 * @param agreement smallest share, over all outputs, of rows whose largest value is where the original has it
 * @param sqnrDb smallest signal-to-error ratio of an output in decibels; infinite where all are equal
 * @param memoryBytes estimate of constants plus the most that intermediate values take at once
 */
public record Figures(
        long bytes,
        long bytesBefore,
        double speedup,
        double p50Micros,
        double p99Micros,
        double accuracy,
        double accuracyBefore,
        double agreement,
        double sqnrDb,
        long memoryBytes) {
    /** Size as a share of the original's. */
    public double sizeShare() {
        return (double) bytes / bytesBefore;
    }

    /** Accuracy as a share of the original's; NaN without labels. */
    public double accuracyKept() {
        return accuracyBefore == 0 ? Double.NaN : accuracy / accuracyBefore;
    }

    /** What to compare candidates' answers by: accuracy where there are labels, else agreement. */
    public double quality() {
        return Double.isNaN(accuracy) ? agreement : accuracy;
    }

    /** By {@link #quality()}; of equal agreement, where there are no labels, by the signal-to-error ratio. */
    int compareQuality(Figures other) {
        int first = Double.compare(quality(), other.quality());
        boolean labelled = !Double.isNaN(accuracy) || !Double.isNaN(other.accuracy);
        return first != 0 || labelled ? first : Double.compare(sqnrDb, other.sqnrDb);
    }

    /** Whether no figure is worse and one is better: smaller, faster or of higher quality. */
    public boolean dominates(Figures other) {
        int quality = compareQuality(other);
        boolean noWorse = bytes <= other.bytes && speed() >= other.speed() && quality >= 0;
        return noWorse && (bytes < other.bytes || speed() > other.speed() || quality > 0);
    }

    /** The speedup, 1 where it was not measured. */
    double speed() {
        return Double.isNaN(speedup) ? 1 : speedup;
    }
}
