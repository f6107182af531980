package io.edgeai.samples.cli;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.samples.bench.Hardware;
import io.edgeai.samples.bench.PairedBench;
import io.edgeai.samples.bench.RatioInterval;
import io.edgeai.samples.bench.SyntheticInputs;
import io.edgeai.samples.inference.InputBinding;
import io.edgeai.samples.inference.InputData;
import io.edgeai.samples.inference.ModelFile;
import io.edgeai.samples.terminal.ConsoleProgress;
import io.edgeai.samples.terminal.Terminal;
import io.edgeai.samples.terminal.TextTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures latency and throughput of a model, or of two in turns. */
@Command(description = "Measure a model's latency and throughput, alone or in turns with another.")
final class BenchCommand extends ToolCommand {
    @Parameters(paramLabel = "MODEL", description = "File or folder of the model.")
    private Path model = Path.of("");

    @Option(names = "--vs", paramLabel = "OTHER", description = "A second model, measured in turns with the first.")
    private @Nullable Path other;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "1", description = "Samples in one call (default: 1).")
    private int batch = 1;

    @Option(
            names = {"-i", "--input"},
            arity = "1..*",
            paramLabel = "[NAME=]FILE",
            description = "Data for each call; without it, seeded random data of the right shape.")
    private List<String> inputs = new ArrayList<>();

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "5", description = "Time to measure (default: 5).")
    private double seconds = 5;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "20",
            description = "Turns of each model (default: 20).")
    private int rounds = 20;

    @Option(names = "--callers", paramLabel = "N", defaultValue = "1", description = "Calls at once (default: 1).")
    private int callers = 1;

    @Mixin
    private EngineOptions engine = new EngineOptions();

    BenchCommand(Terminal terminal) {
        super(terminal);
    }

    /** One line of the answer; {@code nodes} by what ran them, where a provider was named. */
    record Line(String model, PairedBench.Figures latency, double samplesPerSecond, Map<String, Long> nodes) {}

    /** The answer of {@code --json}; {@code ratio} is time of the second over the first. */
    record Answer(
            List<Line> models,
            @Nullable RatioInterval ratio,
            int batch,
            int threads,
            int callers,
            String data,
            Hardware hardware) {}

    @Override
    public Integer call() {
        if (!(seconds > 0 && seconds <= 86_400)) {
            throw new InvalidInputException("--seconds (" + seconds + ") must be above 0, at most a day. Maybe 5.");
        }
        if (batch < 1) {
            throw new InvalidInputException("--batch (" + batch + ") must be at least 1. Maybe 1.");
        }
        if (rounds < 2 || rounds > 10_000) {
            throw new InvalidInputException("--rounds (" + rounds + ") must be 2 to 10000. Maybe 20.");
        }
        engine.check();
        if (callers < 1 || callers > EngineOptions.MOST_THREADS) {
            throw new InvalidInputException("--callers (" + callers + ") must be 1 to " + EngineOptions.MOST_THREADS
                    + ". Maybe leave it out for 1.");
        }
        Duration duration = Duration.ofNanos((long) (seconds * 1e9));
        PairedBench bench = new PairedBench(duration, rounds, callers, duration.dividedBy(10));
        List<Path> models = other == null ? List.of(model) : List.of(model, other);
        List<InferenceSession> sessions = new ArrayList<>();
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        PairedBench.Result result;
        try (ConsoleProgress progress = terminal().progress()) {
            List<Runnable> tasks = new ArrayList<>();
            for (Path path : models) {
                InferenceSession session = engine.open(ModelFile.of(path), callers);
                sessions.add(session);
                Map<String, Tensor> data = inputs.isEmpty()
                        ? SyntheticInputs.of(session.signature(), batch, 1)
                        : InputBinding.of(session.signature(), inputs, InputData.Reading.DEFAULT)
                                .firstRun(batch);
                tasks.add(() -> session.run(data));
                feeds.add(data);
            }
            result = bench.run(tasks, Ticker.system(), progress);
        } finally {
            sessions.forEach(InferenceSession::close);
        }
        List<Map<String, Long>> nodes = new ArrayList<>();
        for (int i = 0; i < models.size(); i++) {
            nodes.add(engine.nodes(ModelFile.of(models.get(i)), feeds.get(i)));
        }
        print(models, nodes, result);
        return OK;
    }

    private void print(List<Path> models, List<Map<String, Long>> nodes, PairedBench.Result result) {
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < models.size(); i++) {
            PairedBench.Figures figures = result.figures().get(i);
            lines.add(new Line(models.get(i).toString(), figures, figures.callsPerSecond() * batch, nodes.get(i)));
        }
        RatioInterval ratio = result.ratios().isEmpty() ? null : result.ratios().get(0);
        Hardware hardware = Hardware.detect();
        String data = inputs.isEmpty() ? "random" : String.join(" ", inputs);
        if (json()) {
            terminal().json(new Answer(lines, ratio, batch, engine.threads(), callers, data, hardware));
            return;
        }
        TextTable table = TextTable.of("model", "calls", "p50", "p90", "p99", "samples/s");
        for (Line line : lines) {
            table.row(
                    line.model(),
                    line.latency().calls(),
                    Figures.micros(line.latency().p50Micros()),
                    Figures.micros(line.latency().p90Micros()),
                    Figures.micros(line.latency().p99Micros()),
                    String.format(Locale.ROOT, "%,.0f", line.samplesPerSecond()));
        }
        table.print(terminal());
        for (Line line : lines) {
            if (!line.nodes().isEmpty()) {
                terminal()
                        .line("nodes of " + line.model() + ": "
                                + line.nodes().entrySet().stream()
                                        .map(on -> on.getValue() + " on " + on.getKey())
                                        .collect(Collectors.joining(", ")));
            }
        }
        if (ratio != null) {
            terminal()
                    .line(String.format(
                            Locale.ROOT,
                            "time of the second over the first: %.3f (95 %% interval %.3f to %.3f over %d rounds)%s",
                            ratio.ratio(),
                            ratio.low(),
                            ratio.high(),
                            ratio.rounds(),
                            ratio.clear() ? "" : ": no clear difference"));
        }
        terminal()
                .line("batch " + batch + ", " + engine.threads() + " threads a run, " + callers + " callers, data: "
                        + data);
        terminal().line(hardware.line());
    }
}
