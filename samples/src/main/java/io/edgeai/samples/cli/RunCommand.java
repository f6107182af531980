package io.edgeai.samples.cli;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.samples.data.Cells;
import io.edgeai.samples.data.CsvTable;
import io.edgeai.samples.data.DataFiles;
import io.edgeai.samples.data.DataLimits;
import io.edgeai.samples.data.JsonTensors;
import io.edgeai.samples.data.Normalization;
import io.edgeai.samples.inference.BatchCases;
import io.edgeai.samples.inference.ClassProbabilities;
import io.edgeai.samples.inference.InputBinding;
import io.edgeai.samples.inference.InputData;
import io.edgeai.samples.inference.Methods;
import io.edgeai.samples.inference.ModelFile;
import io.edgeai.samples.inference.OutputData;
import io.edgeai.samples.inference.Predictor;
import io.edgeai.samples.inference.StatedInputs;
import io.edgeai.samples.inference.TextInput;
import io.edgeai.samples.inference.TextTask;
import io.edgeai.samples.inference.VisionTask;
import io.edgeai.samples.terminal.ConsoleProgress;
import io.edgeai.samples.terminal.Terminal;
import io.edgeai.samples.terminal.TextTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a model on files, or many models on many files in one process. */
@Command(description = "Run a model on data from files, or a list of cases with --batch.")
final class RunCommand extends ToolCommand {
    private static final int TABLE_ROWS = 20;
    private static final int TABLE_COLUMNS = 12;
    /** Texts in one run. */
    private static final int TEXTS = 32;

    @Parameters(arity = "0..1", paramLabel = "MODEL", description = "File or folder of the model.")
    private @Nullable Path model;

    @Option(
            names = {"-i", "--input"},
            arity = "1..*",
            paramLabel = "[NAME=]FILE",
            description =
                    ".npy, .npz, .csv, .tsv, .json or IDX, or images for an image task; may be given several times.")
    private List<String> inputs = new ArrayList<>();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = ".npz, .npy, .csv or .json; without it a table is printed.")
    private @Nullable Path output;

    @Option(
            names = "--method",
            paramLabel = "NAME",
            description = "predict, predict_proba, …, an output's name, or 'all'.")
    private @Nullable String method;

    @Mixin
    private EngineOptions engine = new EngineOptions();

    @Option(
            names = "--header",
            paramLabel = "yes|no|auto",
            defaultValue = "auto",
            description = "Whether a CSV's first row names its columns (default: ${DEFAULT-VALUE}).")
    private String header = "auto";

    @Option(
            names = "--normalize",
            paramLabel = "SPEC",
            description = "For byte images: scale=1/255,mean=a:b:c,std=a:b:c.")
    private @Nullable String normalize;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Samples in one run; 0 runs all at once. Default: 256 rows of samples, 32 texts, else 0.")
    private @Nullable Integer batchSize;

    @Option(
            names = "--batch",
            paramLabel = "CASES.json",
            description = "A list of {model, input, method, output}; writes CASES.results.json.")
    private @Nullable Path batch;

    @Mixin
    private TextOptions text = new TextOptions();

    @Mixin
    private VisionOptions vision = new VisionOptions();

    RunCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        requireCounts();
        Path cases = batch;
        if (cases != null) {
            if (model != null || !inputs.isEmpty() || output != null) {
                throw new InvalidInputException("--batch (" + cases
                        + ") takes its models, inputs and outputs from the file. Maybe leave the" + " others out.");
            }
            return runBatch(cases);
        }
        Path path = model;
        if (path == null || inputs.isEmpty()) {
            throw new InvalidInputException("A model and --input are needed. Maybe: edgeai run MODEL --input FILE.");
        }
        Path target = output;
        VisionTask seeing = text.vision();
        vision.requireTask(seeing);
        if (seeing != null) {
            TextOptions.checkOutput(target);
            List<Path> images = inputs.stream().map(Path::of).toList();
            return answer(vision.run(seeing, path, images, text.labelFile(), engine), target);
        }
        TextTask task = text.task();
        if (task != null) {
            return answer(TextOptions.run(task, path, inputs, target, engine), target);
        }
        Map<String, Tensor> outputs = run(new BatchCases.Case(
                path, inputs, method, target, engine.engine(), header, normalize, batchSize == null ? -1 : batchSize));
        if (target == null) {
            print(outputs);
        } else if (json()) {
            terminal().json(Map.of("output", target.toString(), "tensors", shapes(outputs)));
        }
        return OK;
    }

    private void requireCounts() {
        engine.check();
        if (batchSize != null && batchSize < 0) {
            throw new InvalidInputException(
                    "--batch-size (" + batchSize + ") must be at least 0. Maybe 0, for all" + " samples in one run.");
        }
    }

    private Integer answer(List<?> answers, @Nullable Path target) {
        if (target == null) {
            terminal().json(answers);
            return OK;
        }
        TextOptions.write(answers, target);
        if (json()) {
            terminal().json(Map.of("output", target.toString(), "answers", answers.size()));
        }
        return OK;
    }

    private Integer runBatch(Path cases) {
        List<BatchCases.Result> results;
        try (ConsoleProgress progress = terminal().progress()) {
            results = BatchCases.run(cases, this::run, Ticker.system(), progress);
        }
        String name = String.valueOf(cases.getFileName());
        Path file = cases.resolveSibling(
                (name.toLowerCase(Locale.ROOT).endsWith(".json") ? name.substring(0, name.length() - 5) : name)
                        + ".results.json");
        DataFiles.write(file, out -> JsonTensors.mapperForDocuments()
                .writerWithDefaultPrettyPrinter()
                .without(com.fasterxml.jackson.core.JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .writeValue(out, results));
        long failed = results.stream().filter(result -> !result.ok()).count();
        if (json()) {
            terminal().json(Map.of("cases", results.size(), "failed", failed, "results", file.toString()));
        } else {
            for (BatchCases.Result result : results) {
                if (!result.ok()) {
                    terminal()
                            .line("failed "
                                    + (result.model() == null
                                            ? "case " + (results.indexOf(result) + 1)
                                            : result.model())
                                    + ": " + result.error());
                }
            }
            terminal().line(results.size() - failed + " of " + results.size() + " cases ok -> " + file);
        }
        return failed == 0 ? OK : FINDING;
    }

    private Map<String, Tensor> run(BatchCases.Case one) {
        Path target = one.output();
        if (target != null) {
            OutputData.check(target);
        }
        InputData.Reading how = new InputData.Reading(
                headerOf(one.header()),
                one.normalize() == null ? null : Normalization.parse(one.normalize()),
                DataLimits.DEFAULT);
        ModelFile file = ModelFile.of(one.model());
        Map<String, Tensor> outputs;
        try (InferenceSession session = engine.open(file, one.engine(), 1);
                ConsoleProgress progress = terminal().progress()) {
            Optional<List<String>> texts = TextInput.texts(session.signature(), one.inputs());
            InputBinding binding = texts.isPresent()
                    ? TextInput.bind(file, session.signature(), texts.get())
                    : session.signature().equals(Signature.UNKNOWN)
                            ? StatedInputs.bind(file, one.inputs(), how)
                            : InputBinding.of(session.signature(), one.inputs(), how);
            binding.notices().forEach(terminal()::notice);
            int perRun = texts.isPresent() && one.batchSize() < 0 ? TEXTS : one.batchSize();
            Map<String, Tensor> all = Predictor.run(session, binding, perRun, progress);
            outputs = Methods.select(ClassProbabilities.added(all, one.method(), file), one.method(), file.format());
        }
        if (target != null) {
            OutputData.write(outputs, target);
        }
        return outputs;
    }

    private static CsvTable.Header headerOf(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "yes" -> CsvTable.Header.YES;
            case "no" -> CsvTable.Header.NO;
            case "auto" -> CsvTable.Header.AUTO;
            default -> throw new InvalidInputException("--header (" + text + ") is unknown. Maybe yes, no or auto.");
        };
    }

    private void print(Map<String, Tensor> outputs) {
        if (json()) {
            Map<String, Object> all = new LinkedHashMap<>();
            outputs.forEach((name, tensor) -> all.put(name, JsonTensors.nested(tensor)));
            terminal().json(all);
            return;
        }
        int rows = OutputData.commonRowsOrNone(outputs);
        if (rows < 0) {
            outputs.forEach((name, tensor) -> {
                Cells cells = Cells.of(tensor);
                StringBuilder first = new StringBuilder();
                for (int i = 0; i < Math.min(TABLE_COLUMNS, tensor.elements()); i++) {
                    first.append(' ').append(cells.text(i));
                }
                terminal().line(name + " " + tensor + ":" + first + (tensor.elements() > TABLE_COLUMNS ? " …" : ""));
            });
            return;
        }
        List<String> titles = OutputData.titles(outputs);
        int columns = Math.min(titles.size(), TABLE_COLUMNS);
        TextTable table = TextTable.of(titles.subList(0, columns).toArray(String[]::new));
        OutputData.rows(outputs, TABLE_ROWS, columns).forEach(row -> table.row(row.toArray()));
        table.print(terminal());
        if (rows > TABLE_ROWS || titles.size() > columns) {
            terminal()
                    .notice("shown are " + Math.min(rows, TABLE_ROWS) + " of " + rows + " rows and " + columns + " of "
                            + titles.size() + " columns; -o FILE writes all");
        }
    }

    private static Map<String, String> shapes(Map<String, Tensor> outputs) {
        Map<String, String> shapes = new LinkedHashMap<>();
        outputs.forEach((name, tensor) -> shapes.put(
                name, tensor.type() + java.util.Arrays.toString(tensor.shape()).replace(" ", "")));
        return shapes;
    }
}
