package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.partition.Kernels;
import io.edgeai.optimize.partition.Link;
import io.edgeai.optimize.partition.PipelineSplit;
import io.edgeai.optimize.partition.PipelineSplitter;
import io.edgeai.optimize.partition.PipelineStage;
import io.edgeai.optimize.partition.TierChoice;
import io.edgeai.optimize.partition.TierPlan;
import io.edgeai.optimize.partition.TierPlanner;
import io.edgeai.samples.inference.ModelFile;
import io.edgeai.samples.terminal.ConsoleProgress;
import io.edgeai.samples.terminal.Terminal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Cuts a network into models that together compute the same. */
@Command(
        description =
                "Split a network into the stages of a pipeline, between a device, a site and a cloud, or one layer into shards.")
final class SplitCommand extends ToolCommand {
    private static final int SHOWN = 10;

    @Parameters(paramLabel = "MODEL", description = "File or folder of the model; other formats are converted first.")
    private Path model = Path.of("");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description = "Where the parts go (default: nothing is written).")
    private @Nullable Path output;

    @Option(names = "--stages", paramLabel = "N", description = "Stages of a pipeline whose slowest is fastest.")
    private @Nullable Integer stages;

    @Option(
            names = "--portable",
            description = "Stages for any engine version and processor, equal up to rounding, not bit by bit.")
    private boolean portable;

    @Option(
            names = "--tier",
            paramLabel = "NAME=SLOWDOWN",
            description = "A machine and how many times as long as this one it takes, nearest to the input first.")
    private List<String> tiers = new ArrayList<>();

    @Option(
            names = "--link",
            paramLabel = "MBIT:MS",
            description = "Bandwidth and latency between two tiers or stages, e.g. 20:15.")
    private List<String> links = new ArrayList<>();

    @Mixin
    private final SplitShards shards = new SplitShards();

    @Mixin
    private TypicalInput input = new TypicalInput();

    SplitCommand(Terminal terminal) {
        super(terminal);
    }

    /** One part of the answer; {@code micros} on the machine it is for, {@code file} null where none was written. */
    record Part(
            String name, @Nullable String file, List<String> inputs, List<String> outputs, double micros, long sent) {}

    /** The answer of {@code --json}. */
    record Answer(
            String kind, double totalMicros, @Nullable Boolean exact, @Nullable Double balance, List<Part> parts) {}

    @Override
    public Integer call() {
        check();
        OnnxGraph graph = ModelFile.of(model).graph().graph();
        Map<String, Tensor> sample = input.feed(graph);
        if (shards.asked()) {
            shards(graph, sample);
        } else if (stages != null) {
            pipeline(graph, sample, stages);
        } else {
            tiers(graph, sample);
        }
        return OK;
    }

    private void check() {
        List<String> problems = new ArrayList<>();
        shards.check(problems);
        if (shards.asked()
                ? stages != null || !tiers.isEmpty() || !links.isEmpty()
                : (stages == null) == tiers.isEmpty()) {
            problems.add(
                    shards.asked()
                            ? "--layer stands alone, without --stages, --tier and --link"
                            : "either --stages N or --tier NAME=SLOWDOWN is needed, not both");
        }
        if (stages != null && links.size() > 1) {
            problems.add("one --link is the same between all stages, not " + links);
        }
        if (stages == null && !tiers.isEmpty() && (tiers.size() < 2 || links.size() != tiers.size() - 1)) {
            problems.add(tiers.size() + " --tier need " + Math.max(1, tiers.size() - 1) + " --link and there are "
                    + links.size());
        }
        if (portable && stages == null) {
            problems.add("--portable is for --stages");
        }
        if (!problems.isEmpty()) {
            throw new InvalidInputException(
                    String.join("; ", problems) + ". Maybe see 'edgeai split --help' for what goes together.");
        }
    }

    private void pipeline(OnnxGraph graph, Map<String, Tensor> sample, int count) {
        PipelineSplitter.Builder splitter =
                PipelineSplitter.builder().stages(count).kernels(portable ? Kernels.PORTABLE : Kernels.ENGINE);
        if (!links.isEmpty()) {
            splitter.link(link(links.get(0)));
        }
        PipelineSplit split;
        try (ConsoleProgress progress = terminal().progress()) {
            split = splitter.progress(progress).build().split(graph, List.of(sample));
        }
        List<Part> parts = new ArrayList<>();
        double total = 0;
        for (int i = 0; i < split.stages().size(); i++) {
            PipelineStage stage = split.stages().get(i);
            String name = "stage-" + (i + 1);
            parts.add(new Part(
                    name,
                    write(name, stage.graph()),
                    stage.inputs(),
                    stage.outputs(),
                    stage.micros(),
                    stage.bytesSent()));
            total += stage.micros();
        }
        if (json()) {
            terminal().json(new Answer("pipeline", total, split.exact(), split.balance(), parts));
            return;
        }
        split.explain().lines().forEach(terminal()::line);
        written(parts);
    }

    private void shards(OnnxGraph graph, Map<String, Tensor> sample) {
        Answer answer = shards.split(graph, sample, this::write);
        if (json()) {
            terminal().json(answer);
            return;
        }
        for (Part part : answer.parts()) {
            terminal()
                    .line(String.format(
                            Locale.ROOT,
                            "%-10s %9.1f us of CPU, sends %d bytes",
                            part.name(),
                            part.micros(),
                            part.sent()));
        }
        terminal()
                .line(
                        Boolean.TRUE.equals(answer.exact())
                                ? "every output has the bits of the whole network's"
                                : "outputs differ from the whole network's by the order of summation");
        written(answer.parts());
    }

    private void tiers(OnnxGraph graph, Map<String, Tensor> sample) {
        TierPlanner.Builder planner = TierPlanner.builder();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < tiers.size(); i++) {
            if (i > 0) {
                planner.link(link(links.get(i - 1)));
            }
            String[] halves = halves("--tier", tiers.get(i), "=");
            if (!halves[0].matches("[A-Za-z0-9_-]+") || names.contains(halves[0])) {
                throw new InvalidInputException("--tier (" + tiers.get(i)
                        + ") must have a name of its own in letters, digits, - and _. Maybe device=8.");
            }
            names.add(halves[0]);
            planner.tier(halves[0], number("--tier", tiers.get(i), halves[1]));
        }
        TierPlan plan = planner.build().plan(graph, sample);
        TierChoice best = plan.best();
        List<Part> parts = new ArrayList<>();
        List<@Nullable OnnxGraph> graphs = plan.graphs(best);
        for (int i = 0; i < graphs.size(); i++) {
            OnnxGraph part = graphs.get(i);
            long sent = i < best.sentBytes().size() ? best.sentBytes().get(i) : 0;
            if (part != null) {
                parts.add(new Part(
                        names.get(i),
                        write(names.get(i), part),
                        part.feeds().stream().map(value -> value.name()).toList(),
                        part.outputs().stream().map(value -> value.name()).toList(),
                        best.computeMicros().get(i),
                        sent));
            }
        }
        if (json()) {
            terminal().json(new Answer("tiers", best.totalMicros(), null, null, parts));
            return;
        }
        plan.explain(SHOWN).lines().forEach(terminal()::line);
        for (int i = 0; i < names.size(); i++) {
            terminal()
                    .line(String.format(
                            Locale.ROOT,
                            "everything on %s: %.2f ms",
                            names.get(i),
                            plan.allOn(i).totalMicros() / 1e3));
        }
        written(parts);
    }

    private @Nullable String write(String name, OnnxGraph graph) {
        if (output == null) {
            return null;
        }
        Path file = output.resolve(name + ".onnx");
        OnnxWriter.write(graph, file);
        return file.toString();
    }

    private void written(List<Part> parts) {
        parts.stream().filter(part -> part.file() != null).forEach(part -> terminal()
                .line("-> " + part.file()));
    }

    private static Link link(String text) {
        String[] halves = halves("--link", text, ":");
        return Link.of(number("--link", text, halves[0]), number("--link", text, halves[1]));
    }

    private static String[] halves(String option, String text, String separator) {
        int at = text.indexOf(separator);
        if (at < 1 || at == text.length() - 1) {
            throw new InvalidInputException(option + " (" + text + ") must be two parts around '" + separator
                    + "'. Maybe " + (separator.equals("=") ? "device=8." : "20:15 for 20 Mbit/s and 15 ms."));
        }
        return new String[] {text.substring(0, at), text.substring(at + 1)};
    }

    private static double number(String option, String whole, String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new InvalidInputException(option + " (" + whole + ") holds no number in (" + text + ").", e);
        }
    }
}
