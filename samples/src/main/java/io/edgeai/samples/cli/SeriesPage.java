package io.edgeai.samples.cli;

import io.edgeai.monitor.trend.Forecast;
import io.edgeai.samples.data.Episode;
import io.edgeai.samples.data.EvenSeries;
import io.edgeai.samples.data.SeriesFile;
import io.edgeai.samples.report.HtmlReport;
import io.edgeai.samples.report.LineChart;
import io.edgeai.samples.report.Section;
import io.edgeai.samples.report.Thinning;
import io.edgeai.samples.report.TimeScale;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A time series as a page: with the alerts in it, or with what comes after it. */
final class SeriesPage {
    /** About as many as the picture has columns. */
    private static final int PARTS = 700;
    /** Alerts beyond these are in the table only. */
    private static final int MOST_MARKS = 30;
    /** How much of the past is drawn before a forecast, in horizons. */
    private static final int HORIZONS_BEFORE = 5;

    private SeriesPage() {}

    static HtmlReport alerts(String name, SeriesFile series, double[] scores, List<Episode> episodes) {
        int[] order = IntStream.range(0, series.size())
                .boxed()
                .sorted((a, b) -> Long.compare(series.epochMillis(a), series.epochMillis(b)))
                .mapToInt(Integer::intValue)
                .toArray();
        TimeScale time = TimeScale.of(series.epochMillis(order[0]), series.epochMillis(order[order.length - 1]));
        double[] x = Arrays.stream(order)
                .mapToDouble(row -> time.at(series.epochMillis(row)))
                .toArray();
        LineChart values = line(
                time,
                "value",
                "value",
                x,
                Arrays.stream(order).mapToDouble(series::value).toArray());
        LineChart score = line(
                        time,
                        "score",
                        "score",
                        x,
                        Arrays.stream(order).mapToDouble(row -> scores[row]).toArray())
                .fromZero()
                .limit(0.5, "alert");
        int number = 1;
        for (Episode episode : episodes.subList(0, Math.min(MOST_MARKS, episodes.size()))) {
            values.mark(time.at(episode.fromMillis()), Integer.toString(number++));
        }
        return HtmlReport.titled("Alerts in " + name, series.size() + " rows from " + series.timestamp(order[0]))
                .section("Series", section -> section.tiles(
                                Section.Tile.of(
                                        "alerts", Integer.toString(episodes.size()), "rows in a row count once"),
                                Section.Tile.of("rows", String.format(Locale.ROOT, "%,d", series.size()), ""))
                        .chart("The series; a number marks where an alert begins", values)
                        .chart("How unusual each row is, from it and earlier rows only", score))
                .section(
                        "Alerts",
                        section -> section.table(
                                List.of("number", "from", "until", "rows", "score", "value"), rows(episodes)));
    }

    private static List<List<String>> rows(List<Episode> episodes) {
        List<List<String>> rows = new ArrayList<>();
        for (Episode episode : episodes) {
            rows.add(List.of(
                    Integer.toString(rows.size() + 1),
                    episode.from(),
                    episode.until(),
                    Integer.toString(episode.rows()),
                    String.format(Locale.ROOT, "%.3f", episode.score()),
                    Figures.significant(episode.value())));
        }
        return rows;
    }

    /** What a forecast takes to be the series' periods, e.g. "repeats after 24 rows (1d)". */
    static String repeats(Forecast forecast, long stepMillis) {
        if (forecast.periods().length == 0) {
            return "does not repeat";
        }
        return "repeats after "
                + Arrays.stream(forecast.periods())
                        .mapToObj(rows -> rows + " rows (" + length(rows * stepMillis) + ")")
                        .collect(Collectors.joining(" and "));
    }

    private static String length(long millis) {
        for (TimeUnit unit : List.of(TimeUnit.DAYS, TimeUnit.HOURS, TimeUnit.MINUTES, TimeUnit.SECONDS)) {
            long one = unit.toMillis(1);
            if (millis >= one && millis % one == 0) {
                String word = unit.name().toLowerCase(Locale.ROOT);
                return millis / one + " " + (millis == one ? word.substring(0, word.length() - 1) : word);
            }
        }
        return millis + " ms";
    }

    /** @param reached when the threshold is reached, as a sentence */
    static HtmlReport ahead(
            String name, EvenSeries series, Forecast forecast, @Nullable Double threshold, @Nullable String reached) {
        int horizon = forecast.horizon();
        int past = (int) Math.min(series.size(), (long) HORIZONS_BEFORE * horizon);
        double[] values = series.values();
        TimeScale time = TimeScale.of(series.after(1L - past), series.after(horizon));
        double[] before = new double[past];
        for (int i = 0; i < past; i++) {
            before[i] = time.at(series.after(i + 1L - past));
        }
        double[] after = new double[horizon];
        for (int h = 0; h < horizon; h++) {
            after[h] = time.at(series.after(h + 1L));
        }
        LineChart chart = line(
                        time, "value", "past", before, Arrays.copyOfRange(values, values.length - past, values.length))
                .line("forecast", after, forecast.mean(), forecast.lower(), forecast.upper());
        if (threshold != null) {
            chart.limit(threshold, "threshold");
        }
        return HtmlReport.titled(
                        "Forecast of " + name,
                        horizon + " rows after " + series.size() + "; the series "
                                + repeats(forecast, series.stepMillis()))
                .section("Forecast", section -> {
                    if (reached != null) {
                        section.callout(reached, Section.Verdict.NONE);
                    }
                    section.chart(
                            String.format(
                                    Locale.ROOT,
                                    "The end of the series and what comes after it; the band holds %.0f %%",
                                    100 * forecast.coverage()),
                            chart);
                })
                .section(
                        "Models",
                        section -> section.table(
                                List.of("model", "weight"),
                                forecast.members().stream()
                                        .map(member -> List.of(
                                                member.model(), String.format(Locale.ROOT, "%.2f", member.weight())))
                                        .toList()));
    }

    private static LineChart line(TimeScale time, String titleY, String name, double[] x, double[] y) {
        Thinning thin = Thinning.of(x, y, PARTS);
        return LineChart.of(time.title(), titleY).line(name, thin.x(), thin.y());
    }
}
