package io.edgeai.samples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.runtime.RuntimeTuner;
import io.edgeai.optimize.runtime.TuningReport;
import io.edgeai.optimize.runtime.TuningReports;
import io.edgeai.optimize.runtime.TuningTrial;
import io.edgeai.samples.bench.Hardware;
import io.edgeai.samples.data.JsonTensors;
import io.edgeai.samples.inference.ModelFile;
import io.edgeai.samples.terminal.ConsoleProgress;
import io.edgeai.samples.terminal.Terminal;
import io.edgeai.samples.terminal.TextTable;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Searches the engine's options for one model on this machine. */
@Command(description = "Find the engine options that run a model fastest on this machine.")
final class TuneCommand extends ToolCommand {
    @Parameters(paramLabel = "MODEL", description = "File or folder of the model; other formats are converted first.")
    private Path model = Path.of("");

    @Mixin
    private TypicalInput input = new TypicalInput();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Most threads for one operator (default: all processors).")
    private @Nullable Integer threads;

    @Option(names = "--budget", paramLabel = "TIME", description = "When to stop trying (default: 30s).")
    private String budget = "30s";

    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "Keeps the report there, by model, engine and processor.")
    private @Nullable Path keep;

    TuneCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        OnnxGraph graph = ModelFile.of(model).graph().graph();
        RuntimeTuner.Builder tuner = RuntimeTuner.builder().budget(Times.parse("--budget", budget));
        if (threads != null) {
            tuner.mostThreads(threads);
        }
        TuningReport report;
        try (ConsoleProgress progress = terminal().progress()) {
            report = tuner.progress(progress).build().tune(OnnxWriter.toBytes(graph), input.feed(graph));
        }
        if (keep != null) {
            new TuningReports(keep).keep(report);
        }
        if (json()) {
            terminal().json(answer(report));
        } else {
            print(report);
        }
        return OK;
    }

    private static ObjectNode answer(TuningReport report) {
        try {
            return (ObjectNode) JsonTensors.mapperForDocuments().readTree(report.toJson());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tuning report is no JSON.", e);
        }
    }

    private void print(TuningReport report) {
        TextTable table = TextTable.of("options", "speed-up", "p50", "rounds", "outcome");
        for (TuningTrial trial : report.trials()) {
            table.row(
                    trial.label(),
                    String.format(Locale.ROOT, "%.2f", trial.speedup()),
                    trial.rounds() == 0 ? "–" : Figures.micros(trial.p50Micros()),
                    trial.rounds(),
                    trial.outcome());
        }
        table.print(terminal());
        terminal()
                .line(
                        report.changed()
                                ? String.format(
                                        Locale.ROOT,
                                        "best: %d intra-op threads, %s: %.2f times the default's speed, at least %.2f",
                                        report.best().intraOpThreads(),
                                        new TreeMap<>(report.best().engineOptions()),
                                        report.speedup(),
                                        report.lowestRound())
                                : "best: the default options");
        terminal()
                .line("measured with " + input.data() + " data on "
                        + Hardware.detect().cpu());
    }
}
