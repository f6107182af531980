package io.edgeai.samples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.format.ModelInspector;
import io.edgeai.core.model.Signature;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.InferenceOptimizer;
import io.edgeai.optimize.OptimizationReport;
import io.edgeai.optimize.OptimizationResult;
import io.edgeai.optimize.Recipe;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.search.Preference;
import io.edgeai.samples.data.CsvTable;
import io.edgeai.samples.data.DataFiles;
import io.edgeai.samples.data.DataLimits;
import io.edgeai.samples.data.JsonTensors;
import io.edgeai.samples.data.Normalization;
import io.edgeai.samples.inference.InputData;
import io.edgeai.samples.inference.ModelFile;
import io.edgeai.samples.inference.SampleFiles;
import io.edgeai.samples.terminal.ConsoleProgress;
import io.edgeai.samples.terminal.Terminal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a model smaller or faster and proves what that cost. */
@Command(description = "Make a model smaller or faster, and show what that did to its answers.")
final class OptimizeCommand extends ToolCommand {
    private static final int CALIBRATION_SAMPLES = 64;

    @Parameters(paramLabel = "MODEL", description = "File or folder of the model; other formats are converted first.")
    private Path model = Path.of("");

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "OUT.onnx",
            description = "Where the result goes; nothing is written where the original is better.")
    private Path output = Path.of("");

    @Option(names = "--int8", paramLabel = "static|dynamic", description = "8-bit weights; static also activations.")
    private @Nullable String int8;

    @Option(names = "--fp16", description = "16-bit weights instead.")
    private boolean fp16;

    @Option(
            names = "--auto",
            description =
                    "Tries every way and writes the best that is proven: never slower, never below --keep. This is"
                            + " what happens where no way is named.")
    private boolean auto;

    @Option(names = "--prefer", paramLabel = "balanced|speed|size", description = "What --auto prefers.")
    private @Nullable String prefer;

    @Option(
            names = "--agreement",
            paramLabel = "SHARE",
            description = "Least share of samples with the same best class.")
    private @Nullable Double agreement;

    @Option(names = "--max-bytes", paramLabel = "N", description = "Largest file to accept.")
    private @Nullable Long maxBytes;

    @Option(names = "--max-latency", paramLabel = "TIME", description = "Longest median latency to accept, e.g. 5ms.")
    private @Nullable String maxLatency;

    @Option(names = "--budget", paramLabel = "TIME", description = "Time after which nothing more is tried, e.g. 2m.")
    private @Nullable String budget;

    @Option(
            names = "--resume",
            paramLabel = "DIR",
            description = "Keeps finished candidates there: the same command, run again, goes on.")
    private @Nullable Path resume;

    @Option(
            names = "--calibration",
            arity = "1..*",
            paramLabel = "[NAME=]FILE",
            description = "Typical inputs without labels, of which 64 are used.")
    private List<String> calibration = new ArrayList<>();

    @Option(names = "--labels", paramLabel = "FILE", description = "The right class of each sample, from 0 on.")
    private @Nullable Path labels;

    @Option(
            names = "--samples",
            arity = "1..*",
            paramLabel = "[NAME=]FILE",
            description = "The samples that the labels belong to (default: those of --calibration).")
    private List<String> samples = new ArrayList<>();

    @Option(
            names = "--normalize",
            paramLabel = "SPEC",
            description = "For byte images: scale=1/255,mean=a:b:c,std=a:b:c.")
    private @Nullable String normalize;

    @Option(names = "--keep", paramLabel = "SHARE", description = "Least share of the accuracy to keep, e.g. 0.99.")
    private @Nullable Double keep;

    @Option(names = "--report", paramLabel = "FILE", description = "Writes the whole report, .html or .json.")
    private @Nullable Path report;

    @Option(names = "--limit", paramLabel = "N", description = "Most samples taken of a file, evenly spaced.")
    private int limit = Integer.MAX_VALUE;

    @Option(
            names = "--prune",
            paramLabel = "SHARE",
            description = "Removes this share of the channels first, e.g. 0.2; with --calibration layers are repaired.")
    private @Nullable Double prune;

    @Mixin
    private EngineChoices engine = new EngineChoices();

    @Option(names = "--int4", description = "4-bit weights of matrix products and embeddings instead.")
    private boolean int4;

    OptimizeCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        check();
        OnnxGraph graph = ModelFile.of(model).graph().graph();
        OptimizationResult result;
        try (ConsoleProgress progress = terminal().progress()) {
            Recipe recipe =
                    recipe(ModelInspector.signature(graph)).progress(progress).build();
            result = InferenceOptimizer.ofDefaults().optimize(graph, recipe);
        }
        OptimizationReport found = result.report();
        Path page = report;
        if (page != null) {
            String text = html(page) ? found.toHtml() : found.toJson();
            DataFiles.write(page, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
        }
        if (found.kept()) {
            OnnxWriter.write(result.graph(), output);
        }
        if (json()) {
            terminal().json(answer(found));
        } else {
            OptimizeText.print(found, found.kept() ? output : null, terminal());
        }
        return found.kept() ? OK : FINDING;
    }

    /** Finds what is wrong before any work is done. */
    private void check() {
        List<String> problems = new ArrayList<>();
        if (int8 != null && !int8.equalsIgnoreCase("static") && !int8.equalsIgnoreCase("dynamic")) {
            problems.add("--int8 (" + int8 + ") must be static or dynamic");
        }
        if (fp16 && int8 != null) {
            problems.add("--fp16 and --int8 (" + int8 + ") exclude each other");
        }
        if (int4 && (fp16 || int8 != null)) {
            problems.add("--int4 and " + (fp16 ? "--fp16" : "--int8 (" + int8 + ")") + " exclude each other");
        }
        if (auto && (fp16 || int4 || int8 != null)) {
            problems.add("--auto tries all ways, so " + (fp16 ? "--fp16" : int4 ? "--int4" : "--int8 (" + int8 + ")")
                    + " excludes it");
        }
        engine.check(problems, !calibration.isEmpty());
        if (engine.hasTarget() && (auto || fp16 || int4 || int8 != null)) {
            problems.add("--target is a way of its own, so --auto, --int8, --int4 and --fp16 exclude it");
        }
        if (prefer != null && preference() == null) {
            problems.add("--prefer (" + prefer + ") must be balanced, speed or size");
        }
        if ("static".equalsIgnoreCase(int8) && calibration.isEmpty()) {
            problems.add("--int8 (static) needs --calibration FILE with typical inputs, which --int8 dynamic does not");
        }
        if (keep != null && labels == null) {
            problems.add("--keep (" + keep + ") needs --labels FILE");
        }
        if (labels != null && samples.isEmpty() && calibration.isEmpty()) {
            problems.add("--labels (" + labels + ") needs --samples FILE");
        }
        if (labels == null && !samples.isEmpty()) {
            problems.add("--samples " + samples + " needs --labels FILE");
        }
        if (limit < 1) {
            problems.add("--limit (" + limit + ") must be at least 1");
        }
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

    private Recipe.Builder recipe(Signature signature) {
        InputData.Reading how = new InputData.Reading(
                CsvTable.Header.AUTO, normalize == null ? null : Normalization.parse(normalize), DataLimits.DEFAULT);
        Recipe.Builder recipe = Recipe.builder();
        CalibrationData typical = calibration.isEmpty()
                ? null
                : CalibrationData.of(
                        SampleFiles.samples(signature, calibration, how, Math.min(limit, CALIBRATION_SAMPLES)));
        if (prune != null) {
            recipe.prune(prune);
        }
        engine.tune(recipe);
        if (engine.hasTarget() && typical != null) {
            engine.target(recipe, typical);
        } else if (fp16) {
            recipe.fp16();
        } else if (int4) {
            if (typical == null) {
                recipe.int4();
            } else {
                recipe.int4(typical);
            }
        } else if ("static".equalsIgnoreCase(int8) && typical != null) {
            recipe.int8(typical);
        } else if (int8 != null) {
            recipe.int8Dynamic();
        } else if (prune == null || auto) {
            if (typical == null) {
                recipe.auto();
            } else {
                recipe.auto(typical);
            }
        }
        limits(recipe);
        if (typical != null) {
            recipe.samples(typical);
        }
        Path classes = labels;
        if (classes != null) {
            LabelledData labelled = LabelledData.of(
                    SampleFiles.samples(signature, samples.isEmpty() ? calibration : samples, how, limit),
                    SampleFiles.labels(classes, limit));
            if (keep == null) {
                recipe.labelled(labelled);
            } else {
                recipe.keepAccuracy(keep, labelled);
            }
        }
        return recipe;
    }

    private void limits(Recipe.Builder recipe) {
        Preference wish = preference();
        if (wish != null) {
            recipe.prefer(wish);
        }
        if (resume != null) {
            recipe.resume(resume);
        }
        if (agreement != null) {
            recipe.keepAgreement(agreement);
        }
        if (maxBytes != null) {
            recipe.maxBytes(maxBytes);
        }
        if (maxLatency != null) {
            recipe.maxLatency(Times.parse("--max-latency", maxLatency));
        }
        if (budget != null) {
            recipe.timeBudget(Times.parse("--budget", budget));
        }
    }

    private @Nullable Preference preference() {
        return Arrays.stream(Preference.values())
                .filter(value -> value.name().equalsIgnoreCase(prefer))
                .findFirst()
                .orElse(null);
    }

    private static boolean html(Path file) {
        return file.toString().endsWith(".html");
    }

    private ObjectNode answer(OptimizationReport found) {
        try {
            ObjectNode answer = (ObjectNode) JsonTensors.mapperForDocuments().readTree(found.toJson());
            return answer.put("output", found.kept() ? output.toString() : null);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The report (" + found.model() + ") is no JSON.", e);
        }
    }
}
