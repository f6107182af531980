package io.edgeai.samples.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.online.OnlinePlacer;
import io.edgeai.placement.online.OpenbReplay;
import io.edgeai.placement.online.OpenbTrace;
import io.edgeai.placement.online.TaskMix;
import io.edgeai.samples.data.JsonTensors;
import io.edgeai.samples.terminal.Terminal;
import io.edgeai.samples.terminal.TextTable;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TreeMap;

/** {@code edgeai place --openb DIR --workload NAME}: replays a workload of Alibaba's openb trace. */
final class OpenbPlacement {
    private final Terminal terminal;
    private final String policy;
    private final long seed;

    OpenbPlacement(Terminal terminal, String policy, long seed) {
        this.terminal = terminal;
        this.policy = policy;
        this.seed = seed;
    }

    void run(Path folder, String workload, boolean json) {
        OpenbTrace trace = OpenbTrace.read(folder, workload);
        OpenbReplay replay = OpenbReplay.of(trace, placer(trace), seed);
        TreeMap<Integer, Double> allocated = new TreeMap<>(replay.allocated());
        if (json) {
            ObjectNode answer = JsonTensors.mapperForDocuments().createObjectNode();
            answer.put("workload", workload).put("policy", policy).put("seed", seed);
            answer.put("arrived", replay.arrived()).put("placed", replay.placed());
            ObjectNode by = answer.putObject("allocatedPercent");
            allocated.forEach((load, percent) -> by.put(String.valueOf(load), percent));
            terminal.json(answer);
            return;
        }
        TextTable table = TextTable.of("arrived load %", "allocated %");
        allocated.forEach((load, percent) -> table.row(load, String.format(Locale.ROOT, "%.2f", percent)));
        table.print(terminal);
        terminal.line(String.format(
                Locale.ROOT,
                "%s by %s, seed %d: %d of %d tasks placed, %.2f %% of accelerators idle at full load",
                workload,
                policy,
                seed,
                replay.placed(),
                replay.arrived(),
                replay.unallocated()));
    }

    private OnlinePlacer placer(OpenbTrace trace) {
        return switch (policy) {
            case "gradient" -> OnlinePlacer.gradient(trace.nodes(), TaskMix.of(trace.tasks(), trace.nodes()));
            case "best-fit" -> OnlinePlacer.bestFit(trace.nodes());
            case "random" -> OnlinePlacer.random(trace.nodes(), seed);
            default ->
                throw new InvalidInputException(
                        "Policy (" + policy + ") is unknown. Maybe gradient, best-fit or random.");
        };
    }
}
