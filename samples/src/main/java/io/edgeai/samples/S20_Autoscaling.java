package io.edgeai.samples;

import io.edgeai.placement.autoscale.QueueingPolicy;
import io.edgeai.placement.autoscale.ServiceProfile;
import io.edgeai.placement.autoscale.policy.KpaPolicy;
import io.edgeai.placement.autoscale.replay.OraclePolicy;
import io.edgeai.placement.autoscale.replay.Replay;
import io.edgeai.placement.autoscale.replay.ReplayReport;
import io.edgeai.placement.autoscale.replay.Trace;
import io.edgeai.samples.terminal.Terminal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Replays a day with a rush hour against three autoscalers, and one of them with a faster variant at hand. */
public final class S20_Autoscaling {
    private S20_Autoscaling() {}

    public static void main(String[] args) {
        run(Terminal.system());
    }

    static Map<String, ReplayReport> run(Terminal terminal) {
        // Requests a minute: a quiet night, a day that swells, and a rush that comes at once.
        double[] counts = new double[1440];
        for (int minute = 0; minute < counts.length; minute++) {
            double day = 300 + 250 * Math.sin(2 * Math.PI * (minute - 360) / 1440);
            counts[minute] = minute >= 1020 && minute < 1050 ? 3 * day : day;
        }
        Trace trace = Trace.of(60, counts);

        ServiceProfile service =
                ServiceProfile.of(Duration.ofMillis(400), Duration.ofSeconds(2)).coldStart(15, 30);
        ServiceProfile withFast = service.variants(List.of(
                new ServiceProfile.Variant("fp32", 0.4, 0.25, 0.95),
                new ServiceProfile.Variant("int8", 0.1, 0.25, 0.93)));

        Replay replay = Replay.of(trace, service);
        Map<String, ReplayReport> reports = new LinkedHashMap<>();
        reports.put("oracle", replay.run(new OraclePolicy(trace, service, replay.tickSeconds())));
        reports.put("Knative at 70 %", replay.run(new KpaPolicy(0.7, 1, 1000)));
        reports.put("queueing", replay.run(new QueueingPolicy(service)));
        reports.put("queueing with int8", Replay.of(trace, withFast).run(new QueueingPolicy(withFast)));
        reports.forEach((name, report) -> terminal.line(String.format(
                Locale.ROOT,
                "%-20s %5.2f replica hours, %.3f %% late, accuracy %.4f",
                name,
                report.replicaHours(),
                100 * report.violations(),
                report.meanAccuracy())));
        return reports;
    }
}
