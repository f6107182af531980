package io.edgeai.monitor.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.monitor.metric.BatchSizes;
import io.edgeai.monitor.resource.ResourceReading;
import io.edgeai.monitor.window.RunSummary;
import io.edgeai.monitor.window.WindowSummary;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class SeriesRowsTest {
    private static final Instant START = Instant.ofEpochSecond(1_000_000);

    private static WindowSummary window(double startSeconds, double seconds, long count, long errors) {
        return new WindowSummary(
                START.plusMillis((long) (startSeconds * 1000)),
                Duration.ofMillis((long) (seconds * 1000)),
                count,
                errors,
                2_345_678,
                3e6,
                4e6,
                5e6,
                new ResourceReading(0.25, 2 << 20, 3 << 20),
                false,
                new RunSummary(50, BatchSizes.of(0, 0, 50), 4, 2.5e6, 3e6, 8e6, 9e6, 0.75 * (count - errors)));
    }

    private static JsonNode rows(List<WindowSummary> windows) throws IOException {
        return new ObjectMapper().readTree(JsonText.of(json -> SeriesRows.write(json, windows, Instant.MIN)));
    }

    @Test
    void aRowHasTheUnitsOfTheCharts() throws IOException {
        assertThat(rows(List.of(window(0, 10, 200, 3))))
                .hasToString("[[1000010.0,20.0,1.5,2.346,3.0,4.0,25.0,3.0,2.0,0.04925,2.5,8.0,4.0,750.0]]");
    }

    @Test
    void whatIsNotKnownIsNull() throws IOException {
        assertThat(rows(List.of(WindowSummary.absent(START, Duration.ofSeconds(60)))))
                .hasToString("[[1000060.0" + ",null".repeat(13) + "]]");
    }

    @Test
    void aHoleBreaksTheLine() throws IOException {
        JsonNode rows = rows(List.of(window(0, 10, 1, 0), window(100, 10, 1, 0), window(110, 10, 1, 0)));
        assertThat(rows.findValuesAsText("0")).isEmpty();
        assertThat(rows).hasSize(4);
        assertThat(rows.path(1).path(0).asDouble()).isEqualTo((double) START.getEpochSecond() + 100);
        assertThat(rows.path(1).path(1).isNull()).isTrue();
    }

    @Test
    void whereAClockWentBackTheNewerRowsStand() {
        WindowSummary before = window(0, 10, 1, 0);
        WindowSummary replaced = window(10, 10, 2, 0);
        WindowSummary later = window(5, 10, 3, 0);
        assertThat(SeriesRows.drawable(List.of(before, replaced, later))).containsExactly(before, later);
    }

    @RepeatedTest(20)
    void timesRiseHoweverTheClockJumps(RepetitionInfo repetition) throws IOException {
        int seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        List<WindowSummary> windows = new ArrayList<>();
        double at = 0;
        for (int i = 0; i < 200; i++) {
            windows.add(window(at, 10, i, 0));
            at += random.nextInt(8) == 0 ? random.nextInt(400) - 200 : 10;
        }
        double last = Double.NEGATIVE_INFINITY;
        for (JsonNode row : rows(windows)) {
            assertThat(row.path(0).asDouble()).as("seed %s", seed).isGreaterThan(last);
            last = row.path(0).asDouble();
        }
        assertThat(SeriesRows.drawable(windows)).as("seed %s", seed).contains(windows.get(199));
    }
}
