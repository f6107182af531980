package io.edgeai.monitor.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.monitor.series.SeriesWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SeriesJsonTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static List<SeriesWindow> windows(double... values) {
        List<SeriesWindow> all = new ArrayList<>();
        for (double value : values) {
            Instant start = START.plus(MINUTE.multipliedBy(all.size()));
            all.add(
                    Double.isNaN(value)
                            ? SeriesWindow.absent(start, MINUTE)
                            : new SeriesWindow(start, MINUTE, 1, value, value, value, false));
        }
        return all;
    }

    private static JsonNode json(String name, List<SeriesWindow> windows) throws Exception {
        return new ObjectMapper()
                .readTree(SeriesJson.of(List.of(new OwnSeries(name, "°C", 0.25, windows))))
                .get(0);
    }

    @Test
    void aCurveBreaksWhereNothingIsKnownAndTheNewestValueStands() throws Exception {
        JsonNode series = json("oven \"<b>\"", windows(3, Double.NaN, 5, Double.NaN));
        assertThat(series.get("name").asText()).isEqualTo("oven \"<b>\"");
        assertThat(series.get("value").asDouble()).isEqualTo(5);
        assertThat(series.get("score").asDouble()).isEqualTo(0.25);
        assertThat(series.get("points").toString())
                .isEqualTo("[[1.77232326E9,3.0],[1.77232332E9,null],[1.77232338E9,5.0],[1.77232344E9,null]]");
    }

    /** 3600 windows become 360 points, each the mean of its ten. */
    @Test
    void manyWindowsAreThinnedToTheirMeans() throws Exception {
        Random random = new Random(6);
        double[] values = random.doubles(3600, 0, 100).toArray();
        JsonNode points = json("many", windows(values)).get("points");
        assertThat(points).hasSize(360);
        for (int i = 0; i < 360; i++) {
            double sum = 0;
            for (int j = 0; j < 10; j++) {
                sum += values[10 * i + j];
            }
            assertThat(points.get(i).get(1).asDouble()).as("seed 6").isCloseTo(sum / 10, within(0.01));
        }
    }

    @Test
    void withoutWindowsThereIsNoValue() throws Exception {
        JsonNode series = json("none", List.of());
        assertThat(series.get("value").isNull()).isTrue();
        assertThat(series.get("points")).isEmpty();
        assertThat(SeriesJson.of(List.of())).isEqualTo("[]");
    }
}
