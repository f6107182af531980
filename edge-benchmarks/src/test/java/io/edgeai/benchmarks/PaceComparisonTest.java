package io.edgeai.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.benchmarks.PaceComparison.Lane;
import io.edgeai.benchmarks.PaceComparison.Side;
import io.edgeai.benchmarks.PaceComparison.Slice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaceComparisonTest {
    private static Lane lane(double... nanos) {
        return new Lane(
                Side.PINNED,
                java.util.Arrays.stream(nanos)
                        .mapToObj(p50 -> new Slice(p50, 1, 1))
                        .toList());
    }

    @Test
    void everySideHasASliceForEachRound() throws Exception {
        List<Lane> lanes = PaceComparison.measure(BenchModel.SMALL_MLP, 2, 20, 100_000);
        assertThat(lanes).extracting(Lane::side).containsExactly(Side.values());
        assertThat(lanes).allSatisfy(lane -> assertThat(lane.slices()).hasSize(2));
    }

    @Test
    void aSideIsHeldAgainstAnotherRoundByRound() {
        Lane fast = lane(1, 10, 100);
        Lane slow = lane(2, 30, 500);
        assertThat(slow.against(fast, Slice::p50Nanos)).as("of 2, 3 and 5").isEqualTo(3);
        assertThat(slow.median(Slice::p50Nanos)).isEqualTo(30);
        assertThat(fast.mean(Slice::p50Nanos)).isEqualTo(37);
        assertThat(lane(1, 2, 4, 100).median(Slice::p50Nanos)).isEqualTo(3);
    }

    @Test
    void theTableHasARowForEachSide(@TempDir Path folder) throws Exception {
        PaceComparison.main(new String[] {
            "--models", "SMALL_MLP", "--rounds", "1", "--calls", "10", "--rate", "100000", "--out", folder.toString()
        });
        assertThat(Files.readAllLines(folder.resolve("pace.md")))
                .filteredOn(line -> line.startsWith("| SMALL_MLP | 100000 |"))
                .hasSize(Side.values().length);
        assertThat(Files.readString(folder.resolve("pace.json")))
                .startsWith("[")
                .contains("\"side\":\"AUDITED_SPLIT\"");
    }
}
