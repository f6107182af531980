package io.edgeai.samples.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.placement.gap.GapProblem;
import io.edgeai.placement.gap.GapSolution;
import io.edgeai.placement.gap.GapSolver;
import io.edgeai.samples.data.DataFiles;
import io.edgeai.samples.data.JsonTensors;
import io.edgeai.samples.terminal.ConsoleProgress;
import io.edgeai.samples.terminal.Terminal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code edgeai place --gap FILE}: assigns the items of an OR-Library file. */
final class GapPlacement {
    private final Terminal terminal;
    private final GapSolver solver;

    GapPlacement(Terminal terminal, GapSolver solver) {
        this.terminal = terminal;
        this.solver = solver;
    }

    /** Whether every item got an agent. */
    boolean run(Path file, @Nullable Path target, boolean json) {
        GapProblem problem = GapProblem.read(file);
        GapSolution solution;
        try (ConsoleProgress progress = terminal.progress()) {
            solution = solver.solve(problem, progress);
        }
        ObjectNode answer = answer(solution);
        if (target != null) {
            DataFiles.write(target, out -> out.write(answer.toPrettyString().getBytes(StandardCharsets.UTF_8)));
        }
        if (json) {
            terminal.json(answer);
        } else {
            terminal.line(String.format(
                    Locale.ROOT,
                    "%s: %d items on %d agents, objective %s, bound %s (gap %.3f %%)",
                    solution.status().name().toLowerCase(Locale.ROOT),
                    problem.items(),
                    problem.agents(),
                    Figures.significant(solution.objective()),
                    Figures.significant(solution.bound()),
                    100 * solution.gap()));
            if (target != null) {
                terminal.line("-> " + target);
            }
        }
        return !solution.assignment().isEmpty();
    }

    /** Infinite numbers, which JSON lacks, become null. */
    private static ObjectNode answer(GapSolution solution) {
        ObjectNode answer = JsonTensors.mapperForDocuments().createObjectNode();
        ArrayNode assignment = answer.putArray("assignment");
        solution.assignment().forEach(assignment::add);
        answer.put("objective", finite(solution.objective()));
        answer.put("bound", finite(solution.bound()));
        answer.put("status", solution.status().name());
        return answer;
    }

    private static @Nullable Double finite(double value) {
        return Double.isInfinite(value) ? null : value;
    }
}
