package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.anomaly.series.SeriesDetector;
import io.edgeai.samples.data.DataFiles;
import io.edgeai.samples.data.SeriesFile;
import io.edgeai.samples.data.SeriesScores;
import io.edgeai.samples.terminal.ConsoleProgress;
import io.edgeai.samples.terminal.Failures;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Scores each row of a time series by how unusual it is, from this and earlier rows only. */
@Command(description = "Find anomalies in time series: a score and a verdict for each row.")
final class DetectCommand extends ToolCommand {
    @Parameters(arity = "0..1", paramLabel = "SERIES.csv", description = "Rows of timestamp,value.")
    private @Nullable Path series;

    @Option(names = "--batch", paramLabel = "DIR", description = "All .csv and .csv.gz files below, each on its own.")
    private @Nullable Path batch;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE|DIR",
            description = "timestamp,value,anomaly_score,alert; with --batch a folder of the same paths.")
    private Path output = Path.of("");

    @Option(
            names = "--false-alarms-per-day",
            paramLabel = "N",
            description = "How many alerts a day are acceptable while nothing is wrong (default: 0.1).")
    private double budget = 0.1;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "csv, or nab: without the verdict, as the Numenta Anomaly Benchmark reads results"
                    + " (default: csv).")
    private SeriesScores.Format format = SeriesScores.Format.CSV;

    DetectCommand(Terminal terminal) {
        super(terminal);
    }

    /** What became of one series; {@code error} is null where all went well. */
    record Scored(String input, @Nullable String output, int rows, int alerts, @Nullable String error) {}

    @Override
    public Integer call() {
        FalseAlarmBudget accepted = new FalseAlarmBudget(budget);
        Path folder = batch;
        Path one = series;
        if ((folder == null) == (one == null)) {
            throw new InvalidInputException("Either a series or --batch is needed, not (" + one + ") and (" + folder
                    + "). Maybe: edgeai detect SERIES.csv -o scores.csv.");
        }
        if (folder != null) {
            return all(folder, accepted);
        }
        Scored scored = score(one == null ? Path.of("") : one, output, accepted);
        if (json()) {
            terminal().json(scored);
        } else {
            terminal().line(scored.alerts() + " alerts in " + scored.rows() + " rows -> " + output);
        }
        return OK;
    }

    private Scored score(Path input, Path target, FalseAlarmBudget accepted) {
        SeriesFile rows = SeriesFile.read(input);
        SeriesDetector detector = new SeriesDetector(accepted);
        int[] alerts = {0};
        DataFiles.write(target, out -> alerts[0] = SeriesScores.write(rows, detector::update, format, out));
        return new Scored(input.toString(), target.toString(), rows.size(), alerts[0], null);
    }

    private int all(Path folder, FalseAlarmBudget accepted) {
        if (output.toAbsolutePath().normalize().equals(folder.toAbsolutePath().normalize())) {
            throw new InvalidInputException("--output (" + output + ") is the folder of the series themselves, which"
                    + " would be overwritten. Maybe name another folder.");
        }
        List<Path> files = files(folder);
        List<Scored> results = new ArrayList<>();
        try (ConsoleProgress progress = terminal().progress()) {
            for (Path file : files) {
                progress.update("series", results.size(), files.size());
                String name = folder.relativize(file).toString().replaceFirst("(?i)\\.gz$", "");
                results.add(tried(file, output.resolve(name), accepted));
            }
            progress.update("series", files.size(), files.size());
        }
        long failed = results.stream().filter(result -> result.error() != null).count();
        if (json()) {
            terminal().json(Map.of("series", results.size(), "failed", failed, "results", results));
        } else {
            results.stream().filter(result -> result.error() != null).forEach(result -> terminal()
                    .line("failed " + result.input() + ": " + result.error()));
            long alerts = results.stream().mapToLong(Scored::alerts).sum();
            terminal()
                    .line(results.size() - failed + " of " + results.size() + " series ok, " + alerts + " alerts -> "
                            + output);
        }
        return failed == 0 ? OK : FINDING;
    }

    private Scored tried(Path file, Path target, FalseAlarmBudget accepted) {
        try {
            return score(file, target, accepted);
        } catch (RuntimeException | OutOfMemoryError e) {
            return new Scored(file.toString(), null, 0, 0, Failures.describe(e));
        }
    }

    private List<Path> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new InvalidInputException(
                    "--batch (" + folder + ") is no folder. Maybe leave --batch out for a single series.");
        }
        Path own = output.toAbsolutePath().normalize();
        try (Stream<Path> tree = Files.walk(folder)) {
            List<Path> files = tree.filter(Files::isRegularFile)
                    .filter(file -> file.toString().toLowerCase(Locale.ROOT).matches(".*\\.csv(\\.gz)?"))
                    .filter(file -> !file.toAbsolutePath().normalize().startsWith(own))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new InvalidInputException(
                        "Folder (" + folder + ") holds no .csv file. Maybe the series lie elsewhere.");
            }
            return files;
        } catch (IOException e) {
            throw new InvalidInputException(
                    "Folder (" + folder + ") cannot be read: " + e + ". Maybe check its permissions.", e);
        }
    }
}
