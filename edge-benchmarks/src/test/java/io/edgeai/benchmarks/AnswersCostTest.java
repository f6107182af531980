package io.edgeai.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswersCostTest {
    @Test
    void everyRequestIsKeptAndTakesAtLeastItsId(@TempDir Path folder) throws Exception {
        AnswersCost.Cost cost = AnswersCost.measure(folder, 9000);
        assertThat(cost.kept()).isEqualTo(16_000);
        assertThat(cost.dropped()).isZero();
        assertThat(cost.nanos()).hasSize(2).allMatch(nanos -> nanos > 0);
        assertThat(cost.bytes() / cost.kept()).isBetween(16L, 24L);
        assertThat(cost.seconds()).hasSize(5);
        assertThat(cost.toString()).startsWith("| 16000 requests, 0 dropped |");
    }
}
