package io.edgeai.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallComparisonTest {
    private static final List<PredictSide> SIDES =
            List.of(PredictSide.PINNED, PredictSide.PINNED_DEFAULTS, PredictSide.ENDPOINT, PredictSide.AUDITED_SPLIT);

    @Test
    void everySideIsMeasuredInTheOrderAskedFor() throws Exception {
        List<CallComparison.Row> rows = CallComparison.measure(BenchModel.SMALL_MLP, SIDES, 2, 50, 0);
        assertThat(rows).extracting(CallComparison.Row::side).containsExactlyElementsOf(SIDES);
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.p50Nanos()).isPositive();
            assertThat(row.bytes())
                    .as("the answer alone is 10 floats behind a header")
                    .isGreaterThanOrEqualTo(56);
        });
    }

    /** 40 calls 5 ms apart: the last begins 39 gaps after the first. */
    @Test
    void pacedCallsBeginNoEarlierThanTheirTime() throws Exception {
        long began = System.nanoTime();
        CallComparison.measure(BenchModel.SMALL_MLP, List.of(PredictSide.PINNED), 1, 40, 5_000_000);
        assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(39 * 5_000_000L);
    }

    @Test
    void theTableIsWrittenWithARowForEachSideAndPace(@TempDir Path folder) throws Exception {
        CallComparison.main(
                new String[] {"--models", "SMALL_MLP", "--rounds", "1", "--rate", "100000", "--out", folder.toString()
                });
        List<String> lines = Files.readAllLines(folder.resolve("call.md"));
        assertThat(lines)
                .filteredOn(line -> line.startsWith("| SMALL_MLP | back to back |"))
                .hasSize(3);
        assertThat(lines)
                .filteredOn(line -> line.startsWith("| SMALL_MLP | 100000 a second |"))
                .hasSize(4);
        assertThat(Files.readString(folder.resolve("call.json")))
                .startsWith("[")
                .endsWith("]\n");
    }
}
