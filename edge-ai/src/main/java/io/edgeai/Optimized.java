package io.edgeai;

import io.edgeai.core.model.ModelVersion;
import io.edgeai.optimize.OptimizationReport;

/**
 * What an optimization led to.
 *
 * @param version the new version, or the original where nothing better was found
 * @param report what was tried and measured
 */
public record Optimized(ModelVersion version, OptimizationReport report) {
    /** Whether there is a new version. */
    public boolean kept() {
        return report.kept();
    }

    /** The version and the outcome in one line; {@link OptimizationReport} holds everything. */
    @Override
    public String toString() {
        return version.ref() + ": " + report.outcome();
    }
}
