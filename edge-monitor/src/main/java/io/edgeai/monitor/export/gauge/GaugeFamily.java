package io.edgeai.monitor.export.gauge;

/** Gauges of one name. */
public enum GaugeFamily {
    /** Tags {@code model}, {@code version}. */
    HEALTH("edgeai.health", "1", "Health of a version from 0 to 100"),
    /** Tags {@code model}, {@code version}, {@code signal}. */
    ALERT_FIRING("edgeai.alert.firing", "1", "1 while the alert of a signal fires, 0 otherwise"),
    /** Tags {@code model}, {@code version}, {@code side}: input or answer. */
    DRIFTED_FEATURES("edgeai.drift.features", "{feature}", "Features that differ from the reference"),
    /** Tags {@code model}, {@code version}, {@code side}, {@code column}. */
    DRIFT_PSI("edgeai.drift.psi", "1", "Population stability index of a feature against the reference"),
    /** Tags {@code model}, {@code version}, {@code side}. */
    DRIFT_REFERENCE("edgeai.drift.reference", "{row}", "Rows of the reference of a drift test"),
    /** Tags {@code model}, {@code version}. */
    QUEUE_DEPTH("edgeai.queue.depth", "{request}", "Requests that waited at a time, in the last window"),
    /** Tags {@code model}, {@code version}, {@code statistic}: mean or p99. */
    QUEUE_WAIT("edgeai.queue.wait", "s", "Time that a request waited for its run, in the last window"),
    /** Tags {@code model}, {@code version}, {@code statistic}: mean or p99. */
    RUN_TIME("edgeai.run.time", "s", "Time of a run of the model, in the last window"),
    /** Tags {@code model}, {@code version}. */
    BATCH_SIZE("edgeai.batch.size", "{request}", "Requests of a run on average, in the last window"),
    /** Tags {@code model}, {@code version}, {@code up_to}: the largest size of a class, by powers of two. */
    BATCH_RUNS("edgeai.batch.runs", "{run}", "Runs of a class of size, in the last window"),
    /** Tags {@code model}, {@code version}. */
    ENERGY("edgeai.energy.per.thousand", "J", "Energy of a thousand answers, in the last window"),
    /** Tags {@code model}, {@code version}, {@code device}; of versions that run on several. */
    DEVICE_CALLS("edgeai.device.calls", "{call}/s", "Calls a second on a device, in the last window"),
    /** Tags {@code model}, {@code version}, {@code device}; of versions that run on several. */
    DEVICE_LATENCY("edgeai.device.latency", "s", "99th percentile of the latency on a device, in the last window"),
    /** Tags {@code model}, {@code objective}. */
    OBJECTIVE_TARGET("edgeai.objective.target", "1", "Share of calls that must be good"),
    /** Tags {@code model}, {@code objective}. */
    OBJECTIVE_BUDGET_LEFT(
            "edgeai.objective.budget.left", "1", "Share of the bad calls allowed that is left, below 0 beyond it"),
    /** Tags {@code model}, {@code objective}, {@code window}. */
    OBJECTIVE_BURN_RATE("edgeai.objective.burn.rate", "1", "Bad calls in a window over what would last for the period"),
    /** No tags. */
    PROCESS_CPU("edgeai.process.cpu", "1", "Share of all processors that the process used"),
    /** No tags. */
    PROCESS_HEAP("edgeai.process.heap", "By", "Heap in use"),
    /** No tags. */
    PROCESS_RESIDENT("edgeai.process.resident", "By", "Physical memory held, native parts included"),
    /** Tag {@code series}. */
    SERIES("edgeai.series", "", "A series of the host's in its last window"),
    /** Tag {@code series}. */
    SERIES_SCORE("edgeai.series.score", "1", "How unusual that window is, 0.5 or more for an alert"),
    /** Tag {@code series}. */
    SERIES_FIRING("edgeai.series.firing", "1", "1 while the alert of a series fires, 0 otherwise");

    private final String title;
    private final String unit;
    private final String help;

    GaugeFamily(String title, String unit, String help) {
        this.title = title;
        this.unit = unit;
        this.help = help;
    }

    /** The name, with dots. */
    public String title() {
        return title;
    }

    /** The unit as UCUM writes it; empty where it is the host's. */
    public String unit() {
        return unit;
    }

    /** What it is, in one sentence without an end. */
    public String help() {
        return help;
    }
}
