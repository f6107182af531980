package io.edgeai.monitor.export.gauge;

import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * One gauge.
 *
 * @param family its name and unit
 * @param tags what it is of
 * @param value read anew each time; NaN where it is not known, or no longer
 */
public record LiveGauge(GaugeFamily family, Map<String, String> tags, DoubleSupplier value) {
    public LiveGauge {
        tags = Map.copyOf(tags);
    }
}
