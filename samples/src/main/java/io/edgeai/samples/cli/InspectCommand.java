package io.edgeai.samples.cli;

import io.edgeai.core.runtime.Engines;
import io.edgeai.samples.inference.Inspection;
import io.edgeai.samples.inference.ModelFile;
import io.edgeai.samples.terminal.Failures;
import io.edgeai.samples.terminal.Terminal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says what a model is and what can be done with it here. */
@Command(description = "Show a model's format, inputs, outputs, size, cost, and what can be done with it here.")
final class InspectCommand extends ToolCommand {
    @Parameters(paramLabel = "MODEL", description = "File or folder of the model.")
    private Path model = Path.of("");

    InspectCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        Inspection found = Inspection.of(ModelFile.of(model), Engines.discover());
        if (json()) {
            terminal().json(found);
            return OK;
        }
        line("model", model.toString());
        line("format", found.format() + detail(found));
        line("producer", found.producer().isEmpty() ? "not stated" : found.producer());
        line("size", Figures.bytes(found.sizeBytes()));
        lines("inputs", found.inputs());
        lines("outputs", found.outputs());
        weights(found);
        cost(found.cost());
        if (!found.operators().isEmpty()) {
            line("operators", operators(found.operators()));
        }
        if (!found.convertedOperators().isEmpty()) {
            line("as ONNX", operators(found.convertedOperators()));
        }
        lines(
                "here",
                found.abilities().stream()
                        .map(ability ->
                                ability.what() + ": " + (ability.possible() ? "yes, " : "no, ") + ability.reason())
                        .toList());
        lines("advice", found.advice());
        lines(
                "metadata",
                found.metadata().entrySet().stream()
                        .map(note -> note.getKey() + ": " + Failures.oneLine(note.getValue()))
                        .toList());
        lines("notes", found.notes());
        return OK;
    }

    private static String detail(Inspection found) {
        String detail = Stream.of(found.variant(), found.version())
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
        return detail.isEmpty() ? "" : " (" + detail + ")";
    }

    private void weights(Inspection found) {
        Long parameters = found.parameters();
        Long bytes = found.weightBytes();
        String weights = (parameters == null ? "" : Figures.count(parameters))
                + (parameters == null || bytes == null ? "" : " in ")
                + (bytes == null ? "" : Figures.bytes(bytes));
        line("parameters", weights.isEmpty() ? "not known" : weights);
    }

    private void cost(Inspection.@Nullable Cost cost) {
        if (cost == null) {
            line("cost", "not known without a graph");
            return;
        }
        line("MACs", Figures.count(cost.macs()) + " a run, open dimensions taken as 1");
        line("FLOPs", Figures.count(cost.flops()));
        line("activations", Figures.bytes(cost.peakActivationBytes()) + " at the peak");
        if (cost.guessedValues() > 0) {
            line("", cost.guessedValues() + " values have a shape that only a run tells; each counts as one element");
        }
    }

    private void line(String label, String value) {
        terminal().line(String.format("%-11s %s", label, value));
    }

    private void lines(String label, List<String> values) {
        for (int i = 0; i < values.size(); i++) {
            line(i == 0 ? label : "", values.get(i));
        }
    }

    private static String operators(Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }
}
