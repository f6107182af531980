package io.edgeai.monitor.export.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** An alert that began, as Flight Recorder keeps it. */
@Name("io.edgeai.AlertRaised")
@Label("Alert Raised")
@Category({"EdgeAI", "Monitor"})
@Description("A signal of a version left its normal behaviour")
@StackTrace(false)
final class AlertSeen extends Event {
    @Label("Version")
    String version = "";

    @Label("Signal")
    String signal = "";

    @Label("Score")
    double score;

    @Label("Message")
    String message = "";
}
