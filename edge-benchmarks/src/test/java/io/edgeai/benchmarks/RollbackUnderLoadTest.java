package io.edgeai.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.EdgeAI;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RollbackUnderLoadTest {
    @TempDir
    Path home;

    @ParameterizedTest
    @EnumSource(RollbackUnderLoad.Way.class)
    void noRequestFailsAndNoneIsAnsweredByTheVersionBeforeOnceTheSwapIsDone(RollbackUnderLoad.Way way)
            throws Exception {
        try (EdgeAI edge = EdgeAI.builder().home(home).build()) {
            RollbackUnderLoad.Result result = new RollbackUnderLoad().run(edge, 20, 2_000, 2, way);
            assertThat(result.requests()).isGreaterThanOrEqualTo(2_000);
            assertThat(result.failed()).isZero();
            assertThat(result.wrong()).isZero();
            assertThat(result.late()).isZero();
            assertThat(result.nanos().getTotalCount()).isEqualTo(20);
            assertThat(result.text("so")).contains("20 swaps, " + result.requests() + " requests, 0 failed");
        }
    }
}
