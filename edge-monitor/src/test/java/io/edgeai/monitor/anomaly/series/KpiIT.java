package io.edgeai.monitor.anomaly.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** The detector with its shipped settings on KPIs of web services, one value a minute, about 25 days each. */
class KpiIT {
    private static final int FIRST_DAY = 1440; // not scored
    private static final int SLACK = 10; // rows that a hit may be late, and that may lie between rows of one event

    private int events;
    private int hits;
    private int falseAlerts;
    private double days;
    private int cleanAlerts;
    private double cleanDays;

    private static List<Path> files() throws IOException {
        Path folder =
                Path.of(System.getProperty("edgeai.testdata", "../shared/data")).resolve("monitor/kpi_wsd");
        Assumptions.assumeTrue(
                Files.isDirectory(folder), "skipped: no folder monitor/kpi_wsd in system property edgeai.testdata");
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".csv.gz")).toList();
        }
    }

    @Test
    void theShippedThresholdScoresAsMeasured(TestReporter reporter) throws IOException {
        List<Path> files = files();
        for (Path file : files) {
            score(file);
        }
        reporter.publishEntry(
                "KPIs, 31 series",
                String.format(
                        Locale.ROOT,
                        "recall %.3f at %.4f false alerts a series-day, clean series %.3f",
                        (double) hits / events,
                        falseAlerts / days,
                        cleanAlerts / cleanDays));
        assertThat(files).hasSize(31);
        assertThat(events).isEqualTo(255);
        assertThat((double) hits / events).as("recall, measured .82").isGreaterThan(0.81);
        assertThat(falseAlerts / days)
                .as("false alerts a series and day, measured .058")
                .isLessThanOrEqualTo(0.07);
        assertThat(cleanAlerts / cleanDays)
                .as("alerts a day of the five series without an event, measured .082")
                .isLessThanOrEqualTo(0.1);
    }

    private void score(Path file) throws IOException {
        List<Boolean> labels = new ArrayList<>();
        List<Boolean> alerts = new ArrayList<>();
        SeriesDetector detector = SeriesDetector.ofDefaults();
        try (BufferedReader rows = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            rows.readLine();
            for (String row = rows.readLine(); row != null; row = rows.readLine()) {
                String[] cells = row.split(",", -1);
                double value = cells[1].isBlank() ? Double.NaN : Double.parseDouble(cells[1]);
                alerts.add(detector.update(1000 * Long.parseLong(cells[0]), value) >= 0.5);
                labels.add("1".equals(cells[2]));
            }
        }
        List<int[]> labelled = runs(labels);
        events += labelled.size();
        hits += (int) labelled.stream().filter(event -> hit(alerts, event)).count();
        int wrong = (int) runs(alerts).stream()
                .filter(alert -> labelled.stream().noneMatch(event -> near(alert, event)))
                .count();
        double scored = (labels.size() - FIRST_DAY) / 1440.0;
        falseAlerts += wrong;
        days += scored;
        if (labelled.isEmpty()) {
            cleanAlerts += wrong;
            cleanDays += scored;
        }
    }

    private static boolean hit(List<Boolean> alerts, int[] event) {
        return alerts.subList(event[0], Math.min(event[1] + SLACK + 1, alerts.size()))
                .contains(true);
    }

    private static boolean near(int[] alert, int[] event) {
        return alert[0] <= event[1] + SLACK && alert[1] >= event[0] - SLACK;
    }

    /** First and last row of each stretch of true rows after the first day. */
    private static List<int[]> runs(List<Boolean> rows) {
        List<int[]> runs = new ArrayList<>();
        for (int row = FIRST_DAY; row < rows.size(); row++) {
            if (rows.get(row)) {
                int[] last = runs.isEmpty() ? new int[] {-100, -100} : runs.get(runs.size() - 1);
                if (row - last[1] <= SLACK + 1) {
                    last[1] = row;
                } else {
                    runs.add(new int[] {row, row});
                }
            }
        }
        return runs;
    }
}
