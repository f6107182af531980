package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.formats.Verification;
import io.edgeai.formats.spi.ImportReport;
import io.edgeai.formats.spi.ImportedModel;
import io.edgeai.samples.inference.ModelFile;
import io.edgeai.samples.terminal.Terminal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes any importable model as ONNX. */
@Command(description = "Convert a model of another format to ONNX, and say what each part of it became.")
final class ConvertCommand extends ToolCommand {
    @Parameters(paramLabel = "MODEL", description = "File or folder of the model.")
    private Path model = Path.of("");

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "OUT.onnx",
            description = "The file to write.")
    private Path output = Path.of("");

    @Option(
            names = "--signature",
            paramLabel = "NAME",
            description =
                    "Which of the computations that the file names (TensorFlow Lite; default: the served one, else"
                            + " the first); 'inspect' lists them.")
    private @Nullable String signature;

    @Option(
            names = "--verify",
            arity = "1..*",
            paramLabel = "[NAME=]FILE",
            description = "Inputs to run: answers are compared with those of an engine that runs the format itself, or"
                    + " with --expected.")
    private List<String> verify = new ArrayList<>();

    @Option(
            names = "--expected",
            arity = "1..*",
            paramLabel = "[NAME=]FILE",
            description = "What the model answered to --verify where it was trained.")
    private List<String> expected = new ArrayList<>();

    @Option(
            names = "--tolerance",
            paramLabel = "N",
            defaultValue = "1e-5",
            description = "Largest difference for --verify, by the largest magnitude or 1 (default: 1e-5).")
    private double tolerance = 1e-5;

    ConvertCommand(Terminal terminal) {
        super(terminal);
    }

    /** The answer of {@code --json}. */
    record Answer(
            String format,
            String producer,
            String output,
            long bytes,
            int nodes,
            List<String> notes,
            List<ImportReport.Item> report,
            @Nullable Verification verification) {}

    @Override
    public Integer call() {
        if (verify.isEmpty() && !expected.isEmpty()) {
            throw new InvalidInputException(
                    "--expected " + expected + " needs --verify with the inputs it answers. Maybe add them.");
        }
        if (!(tolerance >= 0)) {
            throw new InvalidInputException("--tolerance (" + tolerance + ") must be at least 0. Maybe 1e-5.");
        }
        ModelFile file = ModelFile.of(model);
        ImportedModel imported = signature == null ? file.graph() : file.graph(signature);
        OnnxWriter.write(imported.graph(), output);
        Verification verification =
                verify.isEmpty() ? null : ConversionCheck.run(file, imported.graph(), verify, expected);
        Answer answer = new Answer(
                file.format().displayName(),
                imported.producer(),
                output.toString(),
                output.toFile().length(),
                imported.graph().nodes().size(),
                imported.notes(),
                imported.report().items(),
                verification);
        if (json()) {
            terminal().json(answer);
        } else {
            print(answer);
        }
        return verification == null || verification.within(tolerance) ? OK : FINDING;
    }

    private void print(Answer answer) {
        terminal()
                .line(answer.format() + (answer.producer().isEmpty() ? "" : " (" + answer.producer() + ")") + " -> "
                        + output + ": " + answer.nodes() + " nodes, " + Figures.bytes(answer.bytes()));
        answer.report().forEach(item -> terminal().line("  " + item));
        // Notes that only count a part again say less than the report does.
        answer.notes().stream()
                .filter(note -> answer.report().isEmpty()
                        || answer.report().stream().noneMatch(item -> note.equals(item.kind() + " x " + item.count())))
                .forEach(note -> terminal().line("  note: " + note));
        Verification verification = answer.verification();
        if (verification != null) {
            terminal().line("  compared with " + verification.reference());
            verification.outputs().forEach(each -> terminal()
                    .line(String.format(
                            Locale.ROOT,
                            "  verified: %s, %d values, largest difference %.2g (relative %.2g)%s",
                            each.output(),
                            each.elements(),
                            each.largest(),
                            each.relative(),
                            each.labels() == 0 ? "" : ", " + each.labels() + " texts differ")));
        }
    }
}
