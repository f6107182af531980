package io.edgeai.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.benchmarks.ServingLoad.Side;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the serving comparisons measure is what they say. */
class ServedNetTest {
    /** A batch of three against each alone: equal, but for the one net that is there because it is not. */
    @ParameterizedTest
    @EnumSource(ServedNet.class)
    void rowsOfABatchAreTheAnswersAloneUnlessTheNetSaysOtherwise(ServedNet net) throws Exception {
        float[][] inputs = {net.input(1), net.input(2), net.input(3)};
        float worst = 0;
        try (PinnedModel model = new PinnedModel(net);
                PinnedModel.Caller one = model.caller(1);
                PinnedModel.Caller three = model.caller(3)) {
            float[][] together = three.predictAll(inputs);
            for (int i = 0; i < 3; i++) {
                float[] alone = one.predict(inputs[i]);
                assertThat(alone).hasSize(net.outputs());
                for (int j = 0; j < alone.length; j++) {
                    worst = Math.max(worst, Math.abs(alone[j] - together[i][j]));
                }
            }
        }
        if (net == ServedNet.BATCH_SOFTMAX) {
            assertThat(worst).isGreaterThan(0.1f);
        } else {
            assertThat(worst).isLessThan(1e-4f);
        }
    }

    @Test
    void everySideAnswersRightAndIsCounted() throws Exception {
        List<BatchingComparison.Row> rows =
                BatchingComparison.measure(ServedNet.SMALL_MLP, List.of(1, 3), List.of(Side.values()), 1, 10);
        assertThat(rows).hasSize(2).allSatisfy(row -> {
            assertThat(row.wrong()).isZero();
            assertThat(row.slices()).containsOnlyKeys(Side.values());
            assertThat(row.ratio(Side.DIRECT, Side.DIRECT)).isEqualTo(1, within(0.0));
            assertThat(row.perCpuSecond(Side.BLOCKING)).isPositive();
        });
    }

    @Test
    void aBatchThatWouldBeWrongIsNeverRun() throws Exception {
        List<BatchingComparison.Row> rows = BatchingComparison.measure(
                ServedNet.BATCH_SOFTMAX, List.of(8), List.of(Side.DIRECT, Side.BLOCKING, Side.ASYNC, Side.BULK), 1, 20);
        assertThat(rows.get(0).wrong()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"SMALL_MLP", "BATCH_SOFTMAX"})
    void everySideAnswersNamedRequestsRight(ServedNet net) throws Exception {
        List<NamedComparison.Row> rows = NamedComparison.measure(net, List.of(1, 8), 1, 10);
        assertThat(rows).hasSize(2).allSatisfy(row -> {
            assertThat(row.wrong()).isZero();
            assertThat(row.slices()).containsOnlyKeys(NamedComparison.Side.values());
            assertThat(row.slices().values())
                    .allSatisfy(slices -> assertThat(slices).hasSize(1).allSatisfy(slice -> assertThat(
                                    slice.latencies().getTotalCount())
                            .isPositive()));
        });
    }

    @Test
    void loadsAndStopsAreTold() throws Exception {
        assertThat(LoadComparison.measure(1, 32, Arguments.of(""))).contains("plain ONNX", "cached, verified before");
        assertThat(OverloadComparison.runaway(1)).contains("0 of 1 wrong");
        assertThat(OverloadComparison.overload("MID_MLP", 10_000, 2, 20, 1))
                .matches("\\| MID_MLP \\| \\d+ \\| \\d+\\.\\d\\d \\|.*\\| 0\\.00 % \\|.*\\R");
    }

    /** Counted, not timed: all that is due is sent, and nothing more. */
    @Test
    void arrivalsAreEven() {
        AtomicInteger sent = new AtomicInteger();
        EvenArrivals.Sent told = EvenArrivals.send(2000, 100_000_000, sent::incrementAndGet);

        assertThat(told.count()).isEqualTo(sent.get()).isPositive().isLessThanOrEqualTo((long) (2000 * told.seconds()));
        assertThat(told.cores()).isNotNegative();
    }
}
