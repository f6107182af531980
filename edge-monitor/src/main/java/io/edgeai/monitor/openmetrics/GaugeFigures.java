package io.edgeai.monitor.openmetrics;

import io.edgeai.monitor.EdgeMonitor;
import io.edgeai.monitor.export.gauge.GaugeFamily;
import io.edgeai.monitor.export.gauge.LiveGauge;
import io.edgeai.monitor.export.gauge.LiveGauges;
import java.util.List;

/** How much features changed, what runs take, and what the process uses. */
final class GaugeFigures {
    private GaugeFigures() {}

    static void write(EdgeMonitor monitor, OpenMetrics out) {
        List<LiveGauge> all = LiveGauges.of(monitor);
        write(all, GaugeFamily.DRIFT_PSI, "edgeai_drift_psi", "", out);
        write(all, GaugeFamily.QUEUE_DEPTH, "edgeai_queue_depth", "", out);
        write(all, GaugeFamily.QUEUE_WAIT, "edgeai_queue_wait_seconds", "seconds", out);
        write(all, GaugeFamily.RUN_TIME, "edgeai_run_time_seconds", "seconds", out);
        write(all, GaugeFamily.BATCH_SIZE, "edgeai_batch_size", "", out);
        write(all, GaugeFamily.BATCH_RUNS, "edgeai_batch_runs", "", out);
        write(all, GaugeFamily.ENERGY, "edgeai_energy_per_thousand_joules", "joules", out);
        write(all, GaugeFamily.DEVICE_CALLS, "edgeai_device_calls", "", out);
        write(all, GaugeFamily.DEVICE_LATENCY, "edgeai_device_latency_seconds", "seconds", out);
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
