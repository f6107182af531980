package io.edgeai.samples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.format.ModelInspector;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Signature;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.InferenceOptimizer;
import io.edgeai.optimize.OptimizationReport;
import io.edgeai.optimize.OptimizationResult;
import io.edgeai.optimize.Recipe;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.MissingValues;
import io.edgeai.samples.data.DataFiles;
import io.edgeai.samples.data.JsonTensors;
import io.edgeai.samples.inference.ModelFile;
import io.edgeai.samples.terminal.ConsoleProgress;
import io.edgeai.samples.terminal.Terminal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a model smaller or faster and proves what that cost. */
@Command(description = "Make a model smaller or faster, and show what that did to its answers.")
final class OptimizeCommand extends ToolCommand {
    @Parameters(paramLabel = "MODEL", description = "File or folder of the model; other formats are converted first.")
    private Path model = Path.of("");

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "OUT.onnx",
            description =
                    "Where the result goes. Where the original is better nothing is written, or of a model of another"
                            + " format its conversion.")
    private Path output = Path.of("");

    @Option(names = "--report", paramLabel = "FILE", description = "Writes the whole report, .html or .json.")
    private @Nullable Path report;

    @Mixin
    private final OptimizeMethods methods = new OptimizeMethods();

    @Mixin
    private final OptimizeForms forms = new OptimizeForms();

    @Mixin
    private final EngineChoices engine = new EngineChoices();

    @Mixin
    private final OptimizeTraining training = new OptimizeTraining();

    @Mixin
    private final OptimizeData data = new OptimizeData();

    @Mixin
    private final OptimizeLimits limits = new OptimizeLimits();

    OptimizeCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        check();
        ModelFile file = ModelFile.of(model);
        OnnxGraph graph = file.graph().graph();
        OptimizationResult result;
        Recipe recipe;
        Shutdown shutdown = Shutdown.onSignal();
        try (ConsoleProgress progress = terminal().progress()) {
            recipe = recipe(graph).progress(shutdown.cancelling(progress)).build();
            result = InferenceOptimizer.ofDefaults().optimize(graph, recipe);
        } catch (OperationCancelledException stopped) {
            terminal().notice(stopped.getMessage() + " " + limits.after());
            return FINDING;
        } finally {
            shutdown.done();
        }
        OptimizationReport found = result.report();
        Path page = report;
        if (page != null) {
            String text = html(page) ? found.toHtml() : found.toJson();
            DataFiles.write(page, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
        }
        boolean conversion = !found.kept() && recipe.automatic() && file.format() != ModelFormat.ONNX;
        Path written = found.kept() || conversion ? output : null;
        if (written != null) {
            OnnxWriter.write(result.graph(), written);
        }
        if (json()) {
            terminal().json(answer(found, written));
        } else {
            OptimizeText.print(found, written, terminal());
        }
        return written != null ? OK : FINDING;
    }

    /** Finds what is wrong before any work is done. */
    private void check() {
        List<String> problems = new ArrayList<>();
        methods.check(data.calibrates(), problems);
        forms.check(methods, data.calibrates(), problems);
        engine.check(problems, data.calibrates());
        if (engine.hasTarget() && methods.named()) {
            problems.add(
                    "--target is a way of its own, so --auto, --int8, --int4, --fp16, --bf16 and --simplify exclude it");
        }
        boolean staticInt8 =
                !engine.hasTarget() && methods.staticInt8(data.calibrates(), training.student() || forms.freesBatch());
        training.check(prunes(), staticInt8, problems);
        limits.check(data.labelled(), problems);
        data.check(problems);
        if (report != null && !html(report) && !report.toString().endsWith(".json")) {
            problems.add("--report (" + report + ") must end in .html or .json");
        }
        if (Files.isDirectory(output)) {
            problems.add("--output (" + output + ") is a folder");
        }
        if (!problems.isEmpty()) {
            throw new InvalidInputException(
                    String.join("; ", problems) + ". Maybe see 'edgeai optimize --help' for what goes together.");
        }
    }

    /** Whether something is pruned: as asked, or in a search that was told how long it may take. */
    private boolean prunes() {
        boolean searches = limits.budgeted()
                && !engine.hasTarget()
                && !training.student()
                && methods.automatic(forms.freesBatch());
        return methods.prunes() || searches;
    }

    private Recipe.Builder recipe(OnnxGraph graph) {
        Recipe.Builder recipe = Recipe.builder();
        Signature signature = ModelInspector.signature(graph);
        boolean missing = MissingValues.taken(graph);
        CalibrationData typical = data.typical(signature, missing);
        engine.tune(recipe);
        if (engine.hasTarget() && typical != null) {
            engine.target(recipe, typical);
        }
        methods.apply(recipe, forms, typical, training.student() || engine.hasTarget() || forms.freesBatch());
        forms.apply(recipe);
        training.apply(recipe, signature, data, prunes());
        limits.apply(recipe, data.judged(signature, missing));
        if (typical != null) {
            recipe.samples(typical);
        }
        return recipe;
    }

    private static boolean html(Path file) {
        return file.toString().endsWith(".html");
    }

    private ObjectNode answer(OptimizationReport found, @Nullable Path written) {
        try {
            ObjectNode answer = (ObjectNode) JsonTensors.mapperForDocuments().readTree(found.toJson());
            return answer.put("output", written == null ? null : written.toString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The report (" + found.model() + ") is no JSON.", e);
        }
    }
}
