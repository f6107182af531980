package io.edgeai.samples.cli;

import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.formats.spi.ImportedModel;
import io.edgeai.samples.inference.ModelFile;
import io.edgeai.samples.terminal.Terminal;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes any importable model as ONNX. */
@Command(description = "Convert a model of another format to ONNX.")
final class ConvertCommand extends ToolCommand {
    @Parameters(paramLabel = "MODEL", description = "File or folder of the model.")
    private Path model = Path.of("");

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "OUT.onnx",
            description = "The file to write.")
    private Path output = Path.of("");

    ConvertCommand(Terminal terminal) {
        super(terminal);
    }

    /** The answer of {@code --json}. */
    record Answer(String format, String producer, String output, long bytes, int nodes, List<String> notes) {}

    @Override
    public Integer call() {
        ModelFile file = ModelFile.of(model);
        ImportedModel imported = file.graph();
        OnnxWriter.write(imported.graph(), output);
        Answer answer = new Answer(
                file.format().displayName(),
                imported.producer(),
                output.toString(),
                output.toFile().length(),
                imported.graph().nodes().size(),
                imported.notes());
        if (json()) {
            terminal().json(answer);
        } else {
            terminal()
                    .line(answer.format() + (answer.producer().isEmpty() ? "" : " (" + answer.producer() + ")") + " -> "
                            + output + ": " + answer.nodes() + " nodes, " + Figures.bytes(answer.bytes()));
            answer.notes().forEach(note -> terminal().line("  " + note));
        }
        return OK;
    }
}
