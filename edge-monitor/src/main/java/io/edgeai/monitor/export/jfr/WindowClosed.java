package io.edgeai.monitor.export.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A closed window of a version, as Flight Recorder keeps it. */
@Name("io.edgeai.WindowClosed")
@Label("Window Closed")
@Category({"EdgeAI", "Monitor"})
@Description("Calls, failures and latency of a version in one window")
@StackTrace(false)
final class WindowClosed extends Event {
    @Label("Version")
    String version = "";

    @Label("Calls")
    long calls;

    @Label("Failures")
    long failures;

    @Label("Median Latency")
    @Timespan
    long p50;

    @Label("99th Percentile of Latency")
    @Timespan
    long p99;
}
