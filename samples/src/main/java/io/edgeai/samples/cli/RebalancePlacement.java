package io.edgeai.samples.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.Assignment;
import io.edgeai.placement.PlacementEngine;
import io.edgeai.placement.PlacementProblem;
import io.edgeai.placement.Rebalance;
import io.edgeai.placement.RebalanceLimits;
import io.edgeai.placement.RunningPlanJson;
import io.edgeai.samples.data.DataFiles;
import io.edgeai.samples.data.JsonTensors;
import io.edgeai.samples.terminal.Terminal;
import io.edgeai.samples.terminal.TextTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code edgeai place PROBLEM.json --rebalance PLAN.json}: by which few moves a running plan comes to serve a problem. */
final class RebalancePlacement {
    private final Terminal terminal;
    private final PlacementEngine engine;
    private final RebalanceLimits limits;

    RebalancePlacement(Terminal terminal, PlacementEngine engine, RebalanceLimits limits) {
        this.terminal = terminal;
        this.engine = engine;
        this.limits = limits;
    }

    /** Whether every replica has a place after the moves; the plan they lead to is written where a target is given. */
    boolean run(Path running, PlacementProblem problem, @Nullable Path target, boolean json) {
        Rebalance change = engine.rebalance(RunningPlanJson.read(text(running), problem), problem, limits);
        if (target != null) {
            DataFiles.write(target, out -> out.write(change.after().toJson().getBytes(StandardCharsets.UTF_8)));
        }
        if (json) {
            terminal.json(answer(change));
        } else {
            print(change, target);
        }
        return change.after().feasible();
    }

    private void print(Rebalance change, @Nullable Path target) {
        TextTable table = TextTable.of("workload", "replica", "from", "to", "variant", "bytes");
        for (Rebalance.Move move : change.moves()) {
            Assignment to = move.to();
            table.row(
                    to.workload().name(),
                    to.replica(),
                    move.from().map(RebalancePlacement::place).orElse("-"),
                    place(to),
                    to.variant().name(),
                    move.bytes());
        }
        table.print(terminal);
        change.stopped()
                .forEach(gone -> terminal.line(
                        "stops: " + gone.workload().name() + "#" + gone.replica() + " on " + place(gone)));
        change.after().missing().forEach((name, count) -> terminal.line("not placed: " + count + " of " + name));
        terminal.line(String.format(
                Locale.ROOT,
                "dry run: %d moves, %d bytes, objective %s -> %s",
                change.moves().size(),
                change.bytes(),
                Figures.significant(change.before().objective()),
                Figures.significant(change.after().objective())));
        if (target != null) {
            terminal.line("-> " + target);
        }
    }

    private static ObjectNode answer(Rebalance change) {
        ObjectNode answer = JsonTensors.mapperForDocuments()
                .createObjectNode()
                .put("objectiveBefore", change.before().objective())
                .put("objectiveAfter", change.after().objective())
                .put("bytes", change.bytes());
        ArrayNode moves = answer.putArray("moves");
        for (Rebalance.Move move : change.moves()) {
            ObjectNode entry = replica(moves.addObject(), move.to()).put("bytes", move.bytes());
            move.from().ifPresentOrElse(from -> place(entry.putObject("from"), from), () -> entry.putNull("from"));
            place(entry.putObject("to"), move.to());
        }
        ArrayNode stopped = answer.putArray("stopped");
        change.stopped().forEach(gone -> place(replica(stopped.addObject(), gone), gone));
        ObjectNode missing = answer.putObject("missing");
        change.after().missing().forEach(missing::put);
        return answer;
    }

    private static ObjectNode replica(ObjectNode json, Assignment at) {
        return json.put("workload", at.workload().name()).put("replica", at.replica());
    }

    private static void place(ObjectNode json, Assignment at) {
        json.put("site", at.site().id())
                .put("node", at.node().name())
                .put("variant", at.variant().name());
    }

    private static String place(Assignment at) {
        return at.site().id() + "/" + at.node().name();
    }

    private static String text(Path plan) {
        try {
            return Files.readString(plan);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "Running plan (" + plan + ") cannot be read: " + e.getMessage() + ". Maybe the path is wrong.", e);
        }
    }
}
