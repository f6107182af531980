package io.edgeai.samples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.Assignment;
import io.edgeai.placement.PlacementEngine;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.PlacementProblem;
import io.edgeai.placement.PlacementProblemJson;
import io.edgeai.placement.PlacementSolvers;
import io.edgeai.placement.RebalanceLimits;
import io.edgeai.placement.gap.GapSolver;
import io.edgeai.placement.strategy.PlacementStrategies;
import io.edgeai.placement.strategy.Terms;
import io.edgeai.placement.strategy.WeightedStrategy;
import io.edgeai.samples.data.DataFiles;
import io.edgeai.samples.data.JsonTensors;
import io.edgeai.samples.terminal.ConsoleProgress;
import io.edgeai.samples.terminal.Terminal;
import io.edgeai.samples.terminal.TextTable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Decides where workloads run. */
@Command(description = "Decide which workload runs on which site; exit 1 where not all find a place.")
final class PlaceCommand extends ToolCommand {

    private static final Duration LONGEST_CONFLICT = Duration.ofSeconds(5);

    @Parameters(arity = "0..1", paramLabel = "PROBLEM.json", description = "Sites, network and workloads.")
    private @Nullable Path problem;

    @Option(
            names = "--strategy",
            paramLabel = "S",
            defaultValue = "latency-aware",
            description = "latency-aware (default), compute-optimized, memory-optimized, cost-efficient,"
                    + " accuracy-focused, energy-efficient or federated-ready.")
    private String strategy = "latency-aware";

    @Option(
            names = "--weight",
            paramLabel = "TERM=W",
            description =
                    "Changes or adds a term of the strategy, e.g. transfer=0.5 for the bytes to send; repeatable.")
    private Map<String, Double> weights = Map.of();

    @Option(
            names = "--solver",
            paramLabel = "NAME",
            description = "What finds the plan: built-in (default), ortools, or one on the class path.")
    private String solver = "built-in";

    @Option(
            names = "--budget",
            paramLabel = "TIME",
            description = "Longest search, e.g. 500ms, 10s, 2m (default: 10s).")
    private String budget = "10s";

    @Option(names = "--explain", description = "Say why: scores, next best sites, every rejected site.")
    private boolean explain;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "PLAN.json",
            description = "Writes the plan.")
    private @Nullable Path output;

    @Option(names = "--html", paramLabel = "PLAN.html", description = "Writes the plan as a page with a picture.")
    private @Nullable Path html;

    @Option(names = "--exact", description = "Exit 1 unless the plan is proven to be the best there is.")
    private boolean exact;

    @Option(
            names = "--rebalance",
            paramLabel = "PLAN.json",
            description = "The plan that runs: says by which few moves it comes to serve the problem; nothing happens.")
    private @Nullable Path rebalance;

    @Option(names = "--moves", paramLabel = "N", description = "Most moves of --rebalance (default: 10).")
    private int moves = 10;

    @Option(
            names = "--bytes",
            paramLabel = "N",
            description = "Most bytes of models that --rebalance sends (default: no limit).")
    private long bytes = RebalanceLimits.moves(0).bytes();

    @Option(
            names = "--gap",
            paramLabel = "FILE",
            description = "Instead of a problem: an OR-Library generalized assignment file.")
    private @Nullable Path gap;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of --gap (default: 1).")
    private int threads = 1;

    @Option(
            names = "--openb",
            paramLabel = "DIR",
            description = "Instead of a problem: replays a workload of Alibaba's openb trace, task by task.")
    private @Nullable Path openb;

    @Option(names = "--workload", paramLabel = "NAME", description = "Workload of --openb (default: default).")
    private String workload = "default";

    @Option(
            names = "--policy",
            paramLabel = "P",
            description = "How --openb places: gradient (default), best-fit or random.")
    private String policy = "gradient";

    @Option(
            names = "--example",
            paramLabel = "DIR",
            description = "Instead of a problem: writes two small ones to begin with, and what to run.")
    private @Nullable Path example;

    @Option(
            names = "--estimate",
            arity = "1..*",
            paramLabel = "MODEL",
            description = "Instead of a problem: predicts the time of a run of these models from their graphs.")
    private List<Path> estimate = List.of();

    @Option(
            names = "--measured",
            arity = "1..*",
            paramLabel = "MODEL",
            description = "The models that --estimate learns from; they are run here, on one thread"
                    + " (default: five small generated ones).")
    private List<Path> measured = List.of();

    @Option(
            names = "--site",
            paramLabel = "URL",
            description = "A site's agent, which runs the generated models there in place of here; repeatable.")
    private List<String> sites = List.of();

    @Option(names = "--token-file", paramLabel = "FILE", description = "Holds the agents' token.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--each",
            paramLabel = "TIME",
            description =
                    "Processor time to run each of --measured, or each generated model, e.g. 500ms (default: 1s).")
    private String each = "1s";

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the search (default: 1).")
    private long seed = 1;

    PlaceCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        if (example != null) {
            PlacementExample.write(example, terminal());
            return OK;
        }
        if (openb != null) {
            new OpenbPlacement(terminal(), policy, seed).run(openb, workload, json());
            return OK;
        }
        if (gap != null) {
            GapSolver solver = GapSolver.builder()
                    .budget(Times.parse("--budget", budget))
                    .threads(threads)
                    .seed(seed)
                    .build();
            return new GapPlacement(terminal(), solver).run(gap, output, json()) ? OK : FINDING;
        }
        if (!sites.isEmpty()) {
            estimateOnSites();
            return OK;
        }
        if (!estimate.isEmpty() || !measured.isEmpty()) {
            new LatencyEstimates(terminal(), Times.parse("--each", each)).run(measured, estimate, json());
            return OK;
        }
        Path file = problem;
        if (file == null) {
            throw new InvalidInputException(
                    "A problem is needed. Maybe: edgeai place PROBLEM.json --strategy S, or --example"
                            + " DIR for one to begin with.");
        }
        PlacementEngine engine = PlacementEngine.builder()
                .strategy(strategy())
                .solver(PlacementSolvers.named(solver))
                .timeLimit(Times.parse("--budget", budget))
                .seed(seed)
                .build();
        PlacementProblem asked = read(file);
        if (rebalance != null) {
            RebalanceLimits limits = RebalanceLimits.moves(moves).bytes(bytes);
            return new RebalancePlacement(terminal(), engine, limits).run(rebalance, asked, output, json())
                    ? OK
                    : FINDING;
        }
        PlacementPlan plan;
        try (ConsoleProgress progress = terminal().progress()) {
            plan = engine.place(asked, progress);
        }
        Path target = output;
        if (target != null) {
            String text = plan.toJson();
            DataFiles.write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
        }
        if (html != null) {
            PlanReport.of(plan).write(html);
        }
        if (json()) {
            terminal().json(tree(plan));
        } else {
            print(plan, target);
        }
        boolean enough = exact ? plan.status() == PlacementPlan.Status.OPTIMAL : plan.feasible();
        return enough ? OK : FINDING;
    }

    private void estimateOnSites() {
        if (estimate.isEmpty() || !measured.isEmpty()) {
            throw new InvalidInputException(
                    "Option --site goes with --estimate, and without --measured. Maybe name models by --estimate.");
        }
        String token = tokenFile == null ? null : Secrets.read("--token-file", tokenFile);
        new SiteLatencies(terminal(), Times.parse("--each", each), token).run(sites, estimate, json());
    }

    /** The strategy named, with the weights asked for. */
    private WeightedStrategy strategy() {
        WeightedStrategy changed = PlacementStrategies.named(strategy);
        for (Map.Entry<String, Double> weight : weights.entrySet()) {
            boolean there =
                    changed.terms().stream().anyMatch(term -> term.name().equals(weight.getKey()));
            changed = there
                    ? changed.weight(weight.getKey(), weight.getValue())
                    : changed.plus(Terms.named(weight.getKey()).weight(weight.getValue()));
        }
        return changed;
    }

    private static PlacementProblem read(Path file) {
        try {
            return PlacementProblemJson.read(file);
        } catch (InvalidInputException e) {
            String message = String.valueOf(e.getMessage());
            throw message.contains(file.toString())
                    ? e
                    : new InvalidInputException("Problem file (" + file + "): " + message, e);
        }
    }

    private static JsonNode tree(PlacementPlan plan) {
        try {
            return JsonTensors.mapperForDocuments().readTree(plan.toJson());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The plan (" + plan.status() + ") is no JSON.", e);
        }
    }

    private void print(PlacementPlan plan, @Nullable Path target) {
        TextTable table = TextTable.of("workload", "replica", "site", "node", "variant", "latency", "money/h", "watts");
        for (Assignment at : plan.assignments()) {
            table.row(
                    at.workload().name(),
                    at.replica(),
                    at.site().id(),
                    at.node().name(),
                    at.estimate().batch() == 1
                            ? at.variant().name()
                            : at.variant().name() + " x" + at.estimate().batch(),
                    Figures.micros(1e3 * at.estimate().latencyMillis()),
                    Figures.significant(at.estimate().moneyPerHour()),
                    Figures.significant(at.estimate().watts()));
        }
        table.print(terminal());
        terminal()
                .line(String.format(
                        Locale.ROOT,
                        "%s by %s%s: objective %s, bound %s%s; %s an hour, %s W",
                        plan.status().name().toLowerCase(Locale.ROOT),
                        plan.strategy(),
                        plan.solver().equals("built-in") ? "" : ", found by " + plan.solver(),
                        Figures.significant(plan.objective()),
                        Figures.significant(plan.lowerBound()),
                        plan.feasible() ? String.format(Locale.ROOT, " (gap %.2f %%)", 100 * plan.gap()) : "",
                        Figures.significant(plan.moneyPerHour()),
                        Figures.significant(plan.watts())));
        plan.missing().forEach((name, count) -> terminal().line("not placed: " + count + " of " + name));
        plan.conflict(LONGEST_CONFLICT).ifPresent(conflict -> terminal().line("conflict: " + conflict.text()));
        if (explain || !plan.feasible()) {
            terminal().blank();
            plan.explain().text().lines().forEach(terminal()::line);
        }
        if (target != null) {
            terminal().line("-> " + target);
        }
    }
}
