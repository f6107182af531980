package io.edgeai.monitor.openmetrics;

import io.edgeai.monitor.EdgeMonitor;
import io.edgeai.monitor.export.gauge.GaugeFamily;
import io.edgeai.monitor.export.gauge.LiveGauge;
import io.edgeai.monitor.export.gauge.LiveGauges;
import java.util.List;

/** How much features changed, and what the process uses. */
final class GaugeFigures {
    private GaugeFigures() {}

    static void write(EdgeMonitor monitor, OpenMetrics out) {
        List<LiveGauge> all = LiveGauges.of(monitor);
        write(all, GaugeFamily.DRIFT_PSI, "edgeai_drift_psi", "", out);
        write(all, GaugeFamily.PROCESS_CPU, "edgeai_process_cpu_ratio", "", out);
        write(all, GaugeFamily.PROCESS_HEAP, "edgeai_process_heap_bytes", "bytes", out);
        write(all, GaugeFamily.PROCESS_RESIDENT, "edgeai_process_resident_bytes", "bytes", out);
    }

    private static void write(List<LiveGauge> all, GaugeFamily family, String name, String unit, OpenMetrics out) {
        out.family(name, OpenMetrics.Type.GAUGE, unit, family.help() + ".");
        for (LiveGauge each : all) {
            double value = each.family() == family ? each.value().getAsDouble() : Double.NaN;
            if (!Double.isNaN(value)) {
                out.sample("", each.tags(), value);
            }
        }
    }
}
