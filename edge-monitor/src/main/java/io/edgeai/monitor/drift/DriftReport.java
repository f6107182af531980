package io.edgeai.monitor.drift;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The verdict on all columns.
 *
 * @param level the false discovery rate the verdict keeps
 * @param columns in the order given
 */
public record DriftReport(double level, List<ColumnDrift> columns) {
    public DriftReport {
        columns = List.copyOf(columns);
    }

    public boolean drifted() {
        return columns.stream().anyMatch(ColumnDrift::drifted);
    }

    /** The tested column with the strongest evidence. */
    public Optional<ColumnDrift> strongest() {
        return columns.stream()
                .filter(ColumnDrift::tested)
                .min(Comparator.comparingDouble(ColumnDrift::adjustedPValue));
    }

    /** The smallest adjusted p-value, 1 where nothing could be tested. */
    public double smallestAdjustedPValue() {
        return strongest().map(ColumnDrift::adjustedPValue).orElse(1.0);
    }
}
