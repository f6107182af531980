package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.anomaly.series.SeriesDetector;
import io.edgeai.samples.data.DataFiles;
import io.edgeai.samples.data.Episode;
import io.edgeai.samples.data.SeriesFile;
import io.edgeai.samples.data.SeriesScores;
import io.edgeai.samples.terminal.ConsoleProgress;
import io.edgeai.samples.terminal.Failures;
import io.edgeai.samples.terminal.Terminal;
import io.edgeai.samples.terminal.TextTable;
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
    private static final int MOST_LINES = 20;

    @Parameters(arity = "0..1", paramLabel = "SERIES.csv", description = "Rows of timestamp,value.")
    private @Nullable Path series;

    @Option(names = "--batch", paramLabel = "DIR", description = "All .csv and .csv.gz files below, each on its own.")
    private @Nullable Path batch;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE|DIR",
            description = "timestamp,value,anomaly_score,alert; with --batch, where it is needed, a folder of the same"
                    + " paths.")
    private @Nullable Path output;

    @Option(names = "--html", paramLabel = "FILE", description = "A page with the series, the scores and the alerts.")
    private @Nullable Path html;

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

    /** What became of one series: rows that are alerts, and those in a row as one; {@code error} is null if all went well. */
    record Scored(
            String input,
            @Nullable String output,
            int rows,
            int alerts,
            List<Episode> episodes,
            @Nullable String error) {}

    @Override
    public Integer call() {
        FalseAlarmBudget accepted = new FalseAlarmBudget(budget);
        Path folder = batch;
        Path one = series;
        if ((folder == null) == (one == null)) {
            throw new InvalidInputException((one == null
                            ? "A series is needed, or a folder of them by --batch DIR."
                            : "A series (" + one + ") and --batch (" + folder + ") exclude each other.")
                    + " Maybe: edgeai detect SERIES.csv.");
        }
        if (folder != null) {
            return all(folder, accepted);
        }
        Scored scored = score(one == null ? Path.of("") : one, output, html, accepted);
        if (json()) {
            terminal().json(scored);
        } else {
            print(scored);
        }
        return OK;
    }

    private void print(Scored scored) {
        terminal()
                .line(scored.alerts() + " alerts in " + scored.rows() + " rows"
                        + (scored.output() == null ? "" : " -> " + scored.output()));
        if (!scored.episodes().isEmpty()) {
            TextTable table = TextTable.of("from", "until", "rows", "score", "value");
            for (Episode episode : scored.episodes()
                    .subList(0, Math.min(MOST_LINES, scored.episodes().size()))) {
                table.row(
                        episode.from(),
                        episode.until(),
                        episode.rows(),
                        String.format(Locale.ROOT, "%.3f", episode.score()),
                        Figures.significant(episode.value()));
            }
            table.print(terminal());
        }
        if (scored.episodes().size() > MOST_LINES) {
            terminal().line("and " + (scored.episodes().size() - MOST_LINES) + " more");
        }
        if (html != null) {
            terminal().line("page -> " + html);
        }
    }

    private Scored score(Path input, @Nullable Path target, @Nullable Path page, FalseAlarmBudget accepted) {
        SeriesFile rows = SeriesFile.read(input);
        SeriesDetector detector = new SeriesDetector(accepted);
        double[] scores = new double[rows.size()];
        for (int row = 0; row < scores.length; row++) {
            scores[row] = detector.update(rows.epochMillis(row), rows.value(row));
        }
        if (target != null) {
            DataFiles.write(target, out -> SeriesScores.write(rows, scores, format, out));
        }
        List<Episode> episodes = Episode.of(rows, scores);
        if (page != null) {
            SeriesPage.alerts(String.valueOf(input.getFileName()), rows, scores, episodes)
                    .write(page);
        }
        int alerts = episodes.stream().mapToInt(Episode::rows).sum();
        return new Scored(
                input.toString(), target == null ? null : target.toString(), scores.length, alerts, episodes, null);
    }

    private int all(Path folder, FalseAlarmBudget accepted) {
        Path target = output;
        if (target == null || html != null) {
            throw new InvalidInputException("--batch needs a folder for the scores, and makes no page. Maybe:"
                    + " edgeai detect --batch DIR -o SCORES.");
        }
        if (target.toAbsolutePath().normalize().equals(folder.toAbsolutePath().normalize())) {
            throw new InvalidInputException("--output (" + target + ") is the folder of the series themselves, which"
                    + " would be overwritten. Maybe name another folder.");
        }
        List<Path> files = files(folder, target);
        List<Scored> results = new ArrayList<>();
        try (ConsoleProgress progress = terminal().progress()) {
            for (Path file : files) {
                progress.update("series", results.size(), files.size());
                String name = folder.relativize(file).toString().replaceFirst("(?i)\\.gz$", "");
                results.add(tried(file, target.resolve(name), accepted));
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
                            + target);
        }
        return failed == 0 ? OK : FINDING;
    }

    private Scored tried(Path file, Path target, FalseAlarmBudget accepted) {
        try {
            return score(file, target, null, accepted);
        } catch (RuntimeException | OutOfMemoryError e) {
            return new Scored(file.toString(), null, 0, 0, List.of(), Failures.describe(e));
        }
    }

    private List<Path> files(Path folder, Path target) {
        if (!Files.isDirectory(folder)) {
            throw new InvalidInputException(
                    "--batch (" + folder + ") is no folder. Maybe leave --batch out for a single series.");
        }
        Path own = target.toAbsolutePath().normalize();
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
