package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.trend.Crossing;
import io.edgeai.monitor.trend.CrossingForecaster;
import io.edgeai.monitor.trend.Forecast;
import io.edgeai.monitor.trend.Forecaster;
import io.edgeai.samples.data.DataFiles;
import io.edgeai.samples.data.EvenSeries;
import io.edgeai.samples.data.SeriesFile;
import io.edgeai.samples.terminal.Terminal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the next values of a series with intervals, and says when a threshold will be reached. */
@Command(description = "Forecast a time series: the next values with intervals, and the time until a threshold.")
final class ForecastCommand extends ToolCommand {
    private static final int[] NONE = {0};

    @Parameters(arity = "1", paramLabel = "SERIES.csv", description = "Rows of timestamp,value, evenly spaced.")
    private Path series = Path.of("");

    @Option(names = "--horizon", required = true, paramLabel = "N", description = "How many rows to forecast.")
    private int horizon;

    @Option(
            names = "--period",
            split = ",",
            paramLabel = "ROWS",
            description = "Rows after which the series repeats, e.g. 24,168 for hours with days and weeks; 0 for never "
                    + "(default: what is found).")
    private int[] periods = {};

    @Option(names = "--coverage", paramLabel = "P", description = "What intervals shall hold (default: 0.95).")
    private double coverage = 0.95;

    @Option(names = "--threshold", paramLabel = "X", description = "Also say when the series will reach it.")
    private @Nullable Double threshold;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "timestamp,mean,lower,upper for each step (default: shown here).")
    private @Nullable Path output;

    @Option(names = "--html", paramLabel = "FILE", description = "A page with the series and what comes after it.")
    private @Nullable Path html;

    ForecastCommand(Terminal terminal) {
        super(terminal);
    }

    /** When the threshold is reached; times are null where fewer futures than that reach it. */
    record Reached(
            double threshold,
            double chance,
            @Nullable String p10,
            @Nullable String p50,
            @Nullable String p90,
            double slopePerRow) {}

    /** The answer of {@code --json}. */
    record Answer(
            @Nullable String output,
            int rows,
            int horizon,
            double stepSeconds,
            List<Integer> periods,
            String bestModel,
            List<Step> forecast,
            @Nullable Reached reached) {}

    /** One row ahead: its time, the forecast and the bounds of its interval. */
    record Step(String timestamp, double mean, double lower, double upper) {}

    @Override
    public Integer call() {
        Forecaster.Builder settings = Forecaster.builder().coverage(coverage);
        if (Arrays.equals(periods, NONE)) {
            settings.periods();
        } else if (periods.length > 0) {
            settings.periods(periods);
        }
        EvenSeries even = EvenSeries.of(SeriesFile.read(series));
        Forecast forecast = settings.build().forecast(even.values(), horizon, Duration.ofMillis(even.stepMillis()));
        Reached reached = threshold == null ? null : reached(even, forecast.periods(), threshold);
        Path target = output;
        if (target != null) {
            DataFiles.write(target, out -> out.write(csv(even, forecast).getBytes(StandardCharsets.UTF_8)));
        }
        if (html != null) {
            SeriesPage.ahead(
                            String.valueOf(series.getFileName()),
                            even,
                            forecast,
                            threshold,
                            reached == null ? null : sentence(reached))
                    .write(html);
        }
        if (json()) {
            terminal()
                    .json(new Answer(
                            target == null ? null : target.toString(),
                            even.size(),
                            horizon,
                            even.stepMillis() * 1e-3,
                            IntStream.of(forecast.periods()).boxed().toList(),
                            forecast.members().get(0).model(),
                            steps(even, forecast),
                            reached));
            return OK;
        }
        String summary = horizon + " rows after " + even.size() + ", "
                + SeriesPage.repeats(forecast, even.stepMillis()) + ", mostly by "
                + forecast.members().get(0).model();
        List<String> sentences = reached == null ? List.of(summary) : List.of(summary, sentence(reached));
        if (target == null) {
            csv(even, forecast).lines().forEach(terminal()::line);
            sentences.forEach(terminal()::notice);
        } else {
            terminal().line(summary + " -> " + target);
            sentences.stream().skip(1).forEach(terminal()::line);
        }
        return OK;
    }

    private static Reached reached(EvenSeries even, int[] periods, double goal) {
        if (!Double.isFinite(goal)) {
            throw new InvalidInputException("--threshold (" + goal + ") is no number that can be reached.");
        }
        int longest = 1;
        for (int period : periods) {
            longest = Math.max(longest, period);
        }
        Crossing crossing = CrossingForecaster.of(longest, 0, 1).forecast(even.values(), goal);
        return new Reached(
                goal,
                crossing.chance(),
                time(even, crossing.p10()),
                time(even, crossing.p50()),
                time(even, crossing.p90()),
                crossing.trend().slope());
    }

    private static @Nullable String time(EvenSeries even, double rows) {
        return Double.isInfinite(rows)
                ? null
                : Instant.ofEpochMilli(even.after((long) rows)).toString();
    }

    private static String sentence(Reached reached) {
        if (reached.p50() == null) {
            return String.format(
                    Locale.ROOT,
                    "%s is not expected to be reached (chance %.2f)",
                    reached.threshold(),
                    reached.chance());
        }
        return reached.threshold() + " is reached at " + reached.p50() + ", one in ten by " + reached.p10()
                + ", nine in ten "
                + (reached.p90() == null ? "not within ten times the history" : "by " + reached.p90());
    }

    private static List<Step> steps(EvenSeries even, Forecast forecast) {
        double[] mean = forecast.mean();
        double[] lower = forecast.lower();
        double[] upper = forecast.upper();
        return IntStream.range(0, mean.length)
                .mapToObj(
                        h -> new Step(Instant.ofEpochMilli(even.after(h + 1L)).toString(), mean[h], lower[h], upper[h]))
                .toList();
    }

    private static String csv(EvenSeries even, Forecast forecast) {
        StringBuilder text = new StringBuilder("timestamp,mean,lower,upper\n");
        for (Step step : steps(even, forecast)) {
            text.append(step.timestamp())
                    .append(',')
                    .append(step.mean())
                    .append(',')
                    .append(step.lower())
                    .append(',')
                    .append(step.upper())
                    .append('\n');
        }
        return text.toString();
    }
}
