package io.edgeai.monitor;

import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.resource.ResourceReading;
import java.util.HashMap;
import java.util.Map;

/**
 * What a second of a run costs in energy: that of the process between two readings, over the time that runs of all versions took
 * meanwhile. So whatever else the process does is charged to its versions. Not thread-safe.
 */
final class EnergyShare {
    private final Map<VersionRef, Double> computed = new HashMap<>();
    private long readings;
    private double joulesPerSecond = Double.NaN;

    /**
     * Joules for a second of a run, as of the newest reading; NaN where energy is not known or nothing ran.
     *
     * @param count of readings so far; a reading is taken once
     */
    double joulesPerSecond(ResourceReading reading, long count, Map<VersionRef, VersionWatch> watches) {
        if (count == readings) {
            return joulesPerSecond;
        }
        readings = count;
        if (Double.isNaN(reading.joules())) {
            computed.clear();
            joulesPerSecond = Double.NaN;
            return joulesPerSecond;
        }
        double seconds = 0;
        Map<VersionRef, Double> now = new HashMap<>();
        for (Map.Entry<VersionRef, VersionWatch> each : watches.entrySet()) {
            double nanos = each.getValue().totals().computeNanos();
            now.put(each.getKey(), nanos);
            seconds += (nanos - computed.getOrDefault(each.getKey(), 0.0)) * 1e-9;
        }
        computed.clear();
        computed.putAll(now);
        joulesPerSecond = seconds > 0 ? reading.joules() / seconds : Double.NaN;
        return joulesPerSecond;
    }
}
