package io.edgeai.samples.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.autoscale.ScalingPolicy;
import io.edgeai.placement.autoscale.ServiceProfile;
import io.edgeai.placement.autoscale.policy.FixedPolicy;
import io.edgeai.placement.autoscale.policy.ScalingPolicies;
import io.edgeai.placement.autoscale.replay.OraclePolicy;
import io.edgeai.placement.autoscale.replay.Replay;
import io.edgeai.placement.autoscale.replay.ReplayReport;
import io.edgeai.placement.autoscale.replay.Trace;
import io.edgeai.samples.data.TraceFile;
import io.edgeai.samples.terminal.Terminal;
import io.edgeai.samples.terminal.TextTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Replays a trace of requests against autoscalers. */
@Command(
        description = "Replay a trace of requests against autoscalers, request by request, in virtual time.",
        footer = {
            "",
            "TRACE.csv has a header; a column 'count' or 'requests' makes its rows bins (first column: time or"
                    + " seconds), without one each row is a request. May be gzipped."
        })
final class ScaleCommand extends ToolCommand {
    @Parameters(paramLabel = "TRACE.csv", description = "Requests, one a row or counted in equal bins.")
    private Path file = Path.of("");

    @Option(
            names = "--policy",
            split = ",",
            paramLabel = "P",
            description = "queueing, kpa, hpa-50, static-peak, oracle; several by commas (default: all).")
    private List<String> policies = List.of("oracle", "queueing", "kpa", "hpa-50", "static-peak");

    @Option(names = "--service", paramLabel = "TIME", description = "Mean time of a request (default: 200ms).")
    private String service = "200ms";

    @Option(names = "--variation", paramLabel = "CV2", description = "Its squared variation (default: 0.25).")
    private double variation = 0.25;

    @Option(names = "--slo", paramLabel = "TIME", description = "Longest answer time (default: 1s).")
    private String slo = "1s";

    @Option(names = "--violations", paramLabel = "SHARE", description = "Late answers allowed (default: 0.01).")
    private double violations = 0.01;

    @Option(names = "--cold-start", paramLabel = "TIME", description = "Median; doubled at 95 %% (default: 10s).")
    private String coldStart = "10s";

    @Option(
            names = "--fast",
            paramLabel = "TIME:ACCURACY",
            description = "A faster variant to switch to while replicas start, e.g. 50ms:0.91.")
    private String fast = "";

    @Option(names = "--min", paramLabel = "N", description = "Fewest replicas; 0 lets it vanish (default: 1).")
    private int min = 1;

    @Option(names = "--max", paramLabel = "N", description = "Most replicas (default: 1000).")
    private int max = 1000;

    @Option(names = "--scale", paramLabel = "FACTOR", description = "Multiplies the trace (default: 1).")
    private double scale = 1;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of arrivals and service times (default: 1).")
    private long seed = 1;

    @Option(names = "--explain", description = "Print each change with its reason.")
    private boolean explain;

    ScaleCommand(Terminal terminal) {
        super(terminal);
    }

    static CommandLine line(Terminal terminal) {
        CommandLine line = new CommandLine(new Group(terminal));
        line.addSubcommand("simulate", new ScaleCommand(terminal));
        return line;
    }

    @Command(description = "Autoscaling: replay a trace of requests.")
    private static final class Group extends ToolCommand {
        Group(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            throw new InvalidInputException("No scale command was given. Maybe: edgeai scale simulate TRACE.csv.");
        }
    }

    @Override
    public Integer call() {
        Trace trace = TraceFile.read(file).scaled(scale);
        ServiceProfile profile = profile();
        Replay replay = Replay.of(trace, profile).seed(seed);
        OraclePolicy oracle = new OraclePolicy(trace, profile, replay.tickSeconds());
        Map<String, ReplayReport> reports = new LinkedHashMap<>();
        for (String name : policies) {
            ScalingPolicy policy =
                    switch (name) {
                        case "oracle" -> oracle;
                        case "static-peak" -> new FixedPolicy(oracle.needed(trace.peakRate()));
                        default -> ScalingPolicies.named(name, profile);
                    };
            reports.put(name, explained(replay, name).run(policy));
        }
        if (json()) {
            ObjectNode answer = JsonNodeFactory.instance.objectNode();
            reports.forEach((name, report) -> put(answer.putObject(name), report));
            terminal().json(answer);
        } else {
            show(reports);
        }
        return OK;
    }

    private ServiceProfile profile() {
        Duration time = Times.parse("--service", service);
        List<ServiceProfile.Variant> variants = new ArrayList<>();
        variants.add(new ServiceProfile.Variant("preferred", time.toNanos() / 1e9, variation, 1));
        if (!fast.isEmpty()) {
            String[] parts = fast.split(":");
            try {
                variants.add(new ServiceProfile.Variant(
                        "fast",
                        Times.parse("--fast", parts[0]).toNanos() / 1e9,
                        variation,
                        Double.parseDouble(parts[1])));
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new InvalidInputException("--fast (" + fast + ") is no time and accuracy. Maybe 50ms:0.91.", e);
            }
        }
        double median = Times.parse("--cold-start", coldStart).toNanos() / 1e9;
        return ServiceProfile.of(time, Times.parse("--slo", slo))
                .variants(variants)
                .violations(violations)
                .coldStart(median, 2 * median)
                .replicas(min, max);
    }

    private Replay explained(Replay replay, String name) {
        int[] before = {-1, 0};
        return !explain || json()
                ? replay
                : replay.onDecision((seen, decision) -> {
                    if (decision.replicas() != before[0] || decision.variant() != before[1]) {
                        before[0] = decision.replicas();
                        before[1] = decision.variant();
                        terminal()
                                .line(name + " at " + Figures.significant(seen.seconds()) + " s: " + decision.replicas()
                                        + " because " + decision.reason());
                    }
                });
    }

    private static void put(ObjectNode json, ReplayReport report) {
        json.put("requests", report.requests())
                .put("late", report.late())
                .put("violations", report.violations())
                .put("replicaHours", report.replicaHours())
                .put("peakReplicas", report.peakReplicas())
                .put("meanAccuracy", report.meanAccuracy())
                .put("meanWaitSeconds", report.meanWaitSeconds())
                .put("coldStarts", report.coldStarts())
                .put("decisionMicros", report.decisionMicros());
    }

    private void show(Map<String, ReplayReport> reports) {
        TextTable table =
                TextTable.of("policy", "late %", "replica hours", "peak", "cold starts", "mean wait", "accuracy");
        reports.forEach((name, report) -> table.row(
                name,
                Figures.significant(100 * report.violations()),
                Figures.significant(report.replicaHours()),
                report.peakReplicas(),
                report.coldStarts(),
                Figures.micros(1e6 * report.meanWaitSeconds()),
                Figures.significant(report.meanAccuracy())));
        table.print(terminal());
    }
}
