package io.edgeai.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The restart that is timed is one: what was in the journal is not asked for again, and counts. */
class RestartCostTest {
    @TempDir
    Path folder;

    @Test
    void theRoundEndsWithAllUpdatesAndOnlyOneIsAskedForAgain() throws IOException {
        RestartCost.Restart restart = RestartCost.measure(folder, 8, 50, 2);

        assertThat(restart.parameters()).isEqualTo(50);
        assertThat(restart.asked()).isEqualTo(1);
        assertThat(restart.parameter()).as("mean of 0 to 7").isEqualTo(3.5f);
        assertThat(restart.bytes()).as("seven updates").isGreaterThan(7 * 4 * 50);
        assertThat(restart.seconds()).hasSize(2);
        assertThat(restart.toString()).startsWith("| 8 participants × 50 parameters | ");
        try (var left = Files.list(folder)) {
            assertThat(left).as("journals left").noneMatch(file -> file.toString()
                    .endsWith(".journal"));
        }
    }
}
