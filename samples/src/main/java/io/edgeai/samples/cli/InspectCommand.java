package io.edgeai.samples.cli;

import io.edgeai.core.runtime.Engines;
import io.edgeai.samples.inference.Inspection;
import io.edgeai.samples.inference.ModelFile;
import io.edgeai.samples.terminal.Terminal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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
        Long flops = found.flops();
        line("model", model.toString());
        line("format", found.format() + " (" + found.version() + ")");
        line("producer", found.producer().isEmpty() ? "not stated" : found.producer());
        line("size", Figures.bytes(found.sizeBytes()));
        lines("inputs", found.inputs());
        lines("outputs", found.outputs());
        line("parameters", Figures.count(found.parameters()) + " in " + Figures.bytes(found.weightBytes()));
        line(
                "FLOPs",
                flops == null ? "not known: the file does not state all shapes" : Figures.count(flops) + " a sample");
        line("operators", operators(found.operators()));
        lines("here", found.here());
        lines("notes", found.notes());
        return OK;
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
