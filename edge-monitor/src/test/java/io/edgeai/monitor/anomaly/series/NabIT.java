package io.edgeai.monitor.anomaly.series;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.monitor.anomaly.AnomalyDetector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** The detector with its shipped settings on real and artificial files of the Numenta Anomaly Benchmark. */
class NabIT {
    private static final Pattern FILE =
            Pattern.compile("\"([^\"]+\\.csv)\"\\s*:\\s*\\[(.*?)\\]\\s*(?=,\\s*\"[^\"]+\\.csv\"|\\})", Pattern.DOTALL);
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d");

    private static Path folder() {
        Path folder =
                Path.of(System.getProperty("edgeai.testdata", "../shared/data")).resolve("monitor/nab");
        Assumptions.assumeTrue(
                Files.isDirectory(folder), "skipped: no folder monitor/nab in system property edgeai.testdata");
        return folder;
    }

    @Test
    void theShippedThresholdScoresAsMeasured(TestReporter reporter) throws IOException {
        Path folder = folder();
        NabScorer scorer = new NabScorer();
        for (Map.Entry<String, List<String>> file : labels(folder).entrySet()) {
            score(scorer, folder.resolve("data").resolve(file.getKey()), file.getValue());
        }
        reporter.publishEntry(
                "NAB, 18 files, standard",
                String.format(
                        Locale.ROOT,
                        "%.1f, %d of %d windows, %d false rows",
                        scorer.normalised(),
                        scorer.hits(),
                        scorer.windows(),
                        scorer.falseRows()));
        assertThat(scorer.windows()).isEqualTo(25);
        assertThat(scorer.hits()).isGreaterThanOrEqualTo(21);
        assertThat(scorer.falseRows()).isLessThanOrEqualTo(60);
        assertThat(scorer.normalised()).as("standard NAB score").isGreaterThanOrEqualTo(66);
    }

    private static void score(NabScorer scorer, Path file, List<String> bounds) throws IOException {
        List<String> lines = Files.readAllLines(file);
        AnomalyDetector detector = SeriesDetector.ofDefaults();
        double[] scores = new double[lines.size() - 1];
        Map<String, Integer> rows = new LinkedHashMap<>();
        for (int i = 0; i < scores.length; i++) {
            String[] cells = lines.get(i + 1).split(",");
            rows.putIfAbsent(cells[0], i);
            scores[i] = detector.update(millis(cells[0]), Double.parseDouble(cells[1]));
        }
        List<int[]> windows = new ArrayList<>();
        for (int i = 0; i < bounds.size(); i += 2) {
            windows.add(new int[] {rows.get(bounds.get(i)), rows.get(bounds.get(i + 1))});
        }
        scorer.add(scores, windows, 0.5);
    }

    private static long millis(String timestamp) {
        return LocalDateTime.parse(timestamp.replace(' ', 'T'))
                .toInstant(ZoneOffset.UTC)
                .toEpochMilli();
    }

    private static Map<String, List<String>> labels(Path folder) throws IOException {
        Map<String, List<String>> labels = new LinkedHashMap<>();
        String json = Files.readString(folder.resolve("labels/combined_windows.json"));
        Matcher file = FILE.matcher(json);
        while (file.find()) {
            List<String> bounds = new ArrayList<>();
            Matcher time = TIME.matcher(file.group(2));
            while (time.find()) {
                bounds.add(time.group());
            }
            labels.put(file.group(1), bounds);
        }
        return labels;
    }
}
