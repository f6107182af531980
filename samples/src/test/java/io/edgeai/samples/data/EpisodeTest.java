package io.edgeai.samples.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EpisodeTest {
    @TempDir
    Path dir;

    private SeriesFile series;

    @BeforeEach
    void sixSeconds() throws IOException {
        series = SeriesFile.read(Files.writeString(dir.resolve("s.csv"), "0,10\n1,11\n2,12\n3,13\n4,14\n5,15\n"));
    }

    @Test
    void alertsInARowAreOneWithItsHighestScore() {
        assertThat(Episode.of(series, new double[] {0.1, 0.5, 0.9, 0.6, 0.2, 0.7}))
                .containsExactly(new Episode("1", 1000, "3", 3, 0.9, 12), new Episode("5", 5000, "5", 1, 0.7, 15));
    }

    @Test
    void theFirstAndTheLastRowCount() {
        assertThat(Episode.of(series, new double[] {1, 0.4999, 0.5, 0.5, 0.5, 0.5}))
                .extracting(Episode::rows)
                .isEqualTo(List.of(1, 4));
        assertThat(Episode.of(series, new double[] {1, 1, 1, 1, 1, 1}))
                .containsExactly(new Episode("0", 0, "5", 6, 1, 10));
        assertThat(Episode.of(series, new double[6])).isEmpty();
    }
}
