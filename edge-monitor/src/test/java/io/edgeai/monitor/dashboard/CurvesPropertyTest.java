package io.edgeai.monitor.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.monitor.resource.ResourceReading;
import io.edgeai.monitor.window.WindowSummary;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** A reader who is told only what is new has the same chart as one who begins now. */
class CurvesPropertyTest {
    private static final Instant START = Instant.ofEpochSecond(1_000_000);

    private final ObjectMapper json = new ObjectMapper();
    private final Curves curves = new Curves();
    private final List<JsonNode> chart = new ArrayList<>();
    private final List<WindowSummary> windows = new ArrayList<>();

    private void window(long startSeconds, boolean gap) {
        windows.add(new WindowSummary(
                START.plusSeconds(startSeconds),
                Duration.ofSeconds(10),
                windows.size(),
                0,
                1e6,
                2e6,
                3e6,
                4e6,
                ResourceReading.NONE,
                gap));
    }

    private void refresh() throws IOException {
        Optional<String> fresh = curves.fresh(windows);
        if (fresh.isPresent()) {
            JsonNode told = json.readTree(fresh.get());
            if (told.path("whole").asBoolean()) {
                chart.clear();
            }
            told.path("rows").forEach(chart::add);
        }
    }

    private List<JsonNode> whole() throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        json.readTree(new Curves().fresh(windows).orElseThrow()).path("rows").forEach(rows::add);
        return rows;
    }

    @RepeatedTest(20)
    void whateverTheClockAndTheReaderDo(RepetitionInfo repetition) throws IOException {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        long clock = 0;
        for (int i = 0; i < 120; i++) {
            clock += random.nextInt(12) == 0 ? -10L * random.nextInt(8) : random.nextInt(9) == 0 ? 200 : 10;
            window(clock, random.nextInt(10) == 0);
            if (random.nextInt(3) == 0) {
                refresh();
                assertThat(chart).as("after window %s, seed %s", i, seed).isEqualTo(whole());
            }
        }
    }

    /** Set back by 20 s and beyond the last row again before the reader looks: the rows between were told otherwise. */
    @Test
    void aClockThatWentBackAndCaughtUpBetweenTwoLooks() throws IOException {
        window(0, false);
        window(10, false);
        window(20, false);
        refresh();
        window(3, false);
        window(13, false);
        window(23, false);
        refresh();

        assertThat(chart).isEqualTo(whole());
    }

    @Test
    void nothingNewIsNothingTold() {
        assertThat(curves.fresh(windows)).as("an empty chart, once").isPresent();
        assertThat(curves.fresh(windows)).isEmpty();
        window(0, false);
        assertThat(curves.fresh(windows)).isPresent();
        assertThat(curves.fresh(windows)).isEmpty();
    }
}
