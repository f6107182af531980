package io.edgeai.samples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BenchTest {
    /** A clock that only tasks move. */
    private static final class TaskClock implements Ticker {
        private final AtomicLong now = new AtomicLong();

        @Override
        public long nanos() {
            return now.get();
        }

        Runnable task(long nanos) {
            return () -> now.addAndGet(nanos);
        }
    }

    @Test
    void figuresAreExactOnAClockThatTasksMove() {
        TaskClock clock = new TaskClock();
        PairedBench bench = new PairedBench(Duration.ofMillis(8), 4, 1, Duration.ZERO);

        PairedBench.Result result = bench.run(List.of(clock.task(10_000), clock.task(20_000)), clock, Progress.NONE);

        PairedBench.Figures first = result.figures().get(0);
        PairedBench.Figures second = result.figures().get(1);
        assertThat(first.calls()).isEqualTo(400);
        assertThat(second.calls()).isEqualTo(200);
        assertThat(first.p50Micros()).isEqualTo(10);
        assertThat(first.p99Micros()).isEqualTo(10);
        assertThat(second.p90Micros()).isEqualTo(20);
        assertThat(first.callsPerSecond()).isCloseTo(100_000, within(1e-6));
        assertThat(second.callsPerSecond()).isCloseTo(50_000, within(1e-6));
        assertThat(result.ratios()).hasSize(1);
        assertThat(result.ratios().get(0).ratio()).isCloseTo(2, within(1e-9));
        assertThat(result.ratios().get(0).low()).isCloseTo(2, within(1e-9));
        assertThat(result.ratios().get(0).clear()).isTrue();
    }

    @Test
    void turnsAlternateTheirOrder() {
        TaskClock clock = new TaskClock();
        List<String> order = new ArrayList<>();
        Runnable a = () -> {
            order.add("a");
            clock.task(1000).run();
        };
        Runnable b = () -> {
            order.add("b");
            clock.task(1000).run();
        };
        new PairedBench(Duration.ofNanos(4), 4, 1, Duration.ofNanos(1)).run(List.of(a, b), clock, Progress.NONE);

        assertThat(order).containsExactly("a", "b", "a", "b", "b", "a", "a", "b", "b", "a");
    }

    @Test
    void progressIsReportedAndCancels() {
        TaskClock clock = new TaskClock();
        List<Long> seen = new ArrayList<>();
        Progress stopping = new Progress() {
            @Override
            public void update(String phase, long done, long total) {
                assertThat(phase).isEqualTo("measure");
                assertThat(total).isEqualTo(100);
                seen.add(done);
            }

            @Override
            public boolean cancelled() {
                return seen.size() >= 3;
            }
        };
        PairedBench bench = new PairedBench(Duration.ofMillis(1), 100, 2, Duration.ZERO);

        assertThatThrownBy(() -> bench.run(List.of(clock.task(1000)), clock, stopping))
                .isInstanceOf(OperationCancelledException.class);
        assertThat(seen).containsExactly(1L, 2L, 3L);
    }

    @Test
    void failuresOfTasksComeThrough() {
        PairedBench bench = new PairedBench(Duration.ofMillis(1), 2, 2, Duration.ZERO);
        Runnable typed = () -> {
            throw new InvalidInputException("bad");
        };
        Runnable fatal = () -> {
            throw new AssertionError("worse");
        };

        assertThatThrownBy(() -> bench.run(List.of(typed), Ticker.system(), Progress.NONE))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> bench.run(List.of(fatal), Ticker.system(), Progress.NONE))
                .isInstanceOf(InferenceException.class)
                .hasMessageContaining("worse");
    }

    @Test
    void senselessSettingsAreRefused() {
        Duration second = Duration.ofSeconds(1);
        for (Runnable wrong : List.<Runnable>of(
                () -> new PairedBench(Duration.ZERO, 2, 1, second),
                () -> new PairedBench(second, 1, 1, second),
                () -> new PairedBench(second, 2, 0, second),
                () -> new PairedBench(second, 2, 1, second.negated()))) {
            assertThatThrownBy(wrong::run).isInstanceOf(EdgeException.class);
        }
    }

    @Test
    void percentilesAreNearestRanks() {
        Latencies latencies = new Latencies();
        long[] values = new Random(2).longs(1001, 0, 1_000_000).toArray();
        Arrays.stream(values).forEach(latencies::add);
        Arrays.sort(values);

        double[] found = latencies.percentiles(0.5, 0.9, 0.99, 1);
        assertThat(found[0]).isEqualTo((double) values[500]);
        assertThat(found[1]).isEqualTo((double) values[900]);
        assertThat(found[2]).isEqualTo((double) values[990]);
        assertThat(found[3]).isEqualTo((double) values[1000]);
        assertThat(new Latencies().percentiles(0.5)).containsExactly(Double.NaN);
    }

    @Test
    void veryManyDurationsAreThinnedEvenly() {
        Latencies latencies = new Latencies();
        int count = 3_000_000;
        for (int i = 0; i < count; i++) {
            latencies.add(i);
        }

        assertThat(latencies.size()).isLessThanOrEqualTo(1 << 20).isGreaterThan(1 << 18);
        assertThat(latencies.percentiles(0.5)[0]).isCloseTo(count / 2.0, within(count * 0.01));
        assertThat(latencies.percentiles(0.99)[0]).isCloseTo(count * 0.99, within(count * 0.01));
    }

    @Test
    void ratiosCoverTheTruthAboutNineteenTimesInTwenty() {
        long seed = 41;
        Random random = new Random(seed);
        int covered = 0;
        int trials = 200;
        for (int trial = 0; trial < trials; trial++) {
            double[] first = new double[30];
            double[] second = new double[30];
            for (int i = 0; i < 30; i++) {
                double machine = Math.exp(random.nextGaussian() * 0.5);
                first[i] = machine * Math.exp(random.nextGaussian() * 0.1);
                second[i] = 1.3 * machine * Math.exp(random.nextGaussian() * 0.1);
            }
            RatioInterval interval = RatioInterval.of(first, second, trial);
            covered += interval.low() <= 1.3 && interval.high() >= 1.3 ? 1 : 0;
        }

        // binomial(200, 0.94) lies above 170 with a probability of 1 - 2e-6
        assertThat(covered).as("seed %d", seed).isGreaterThan(170);
    }

    @Test
    void equalRoundsGiveOneAndNoClearDifference() {
        RatioInterval interval = RatioInterval.of(new double[] {1, 2, 3}, new double[] {1, 2, 3}, 1);

        assertThat(interval).isEqualTo(new RatioInterval(1, 1, 1, 3));
        assertThat(interval.clear()).isFalse();
        assertThatThrownBy(() -> RatioInterval.of(new double[1], new double[2], 1))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void syntheticInputsHaveTheModelsShape() {
        Signature signature = new Signature(
                List.of(
                        new TensorSpec("f", ElementType.FLOAT, List.of(Dim.UNKNOWN, Dim.of(3))),
                        new TensorSpec("ids", ElementType.INT64, List.of(Dim.UNKNOWN, Dim.UNKNOWN)),
                        new TensorSpec("t", ElementType.STRING, List.of(Dim.of(2))),
                        new TensorSpec("scalar", ElementType.BOOL, List.of()),
                        new TensorSpec("h", ElementType.FLOAT16, List.of(Dim.of(1)))),
                List.of());

        Map<String, Tensor> made = SyntheticInputs.of(signature, 4, 9);

        assertThat(made.get("f").shape()).containsExactly(4, 3);
        assertThat(made.get("ids").shape()).containsExactly(4, 16);
        assertThat(Arrays.stream(made.get("ids").longs())).allMatch(id -> id == 0 || id == 1);
        assertThat(made.get("t").strings()).containsExactly("edge", "edge");
        assertThat(made.get("scalar").shape()).isEmpty();
        assertThat(SyntheticInputs.of(signature, 4, 9).get("f").floats())
                .containsExactly(made.get("f").floats());
        Signature odd = new Signature(List.of(TensorSpec.of("c", ElementType.COMPLEX64, 1)), List.of());
        assertThatThrownBy(() -> SyntheticInputs.of(odd, 1, 1)).hasMessageContaining("c=FILE");
    }

    @Test
    void hardwareIsDescribed() {
        Hardware hardware = Hardware.detect();

        assertThat(hardware.processors()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(hardware.cpu()).isNotBlank();
        assertThat(hardware.heapMebibytes()).isPositive();
        assertThat(hardware.line()).contains("processors").contains(System.getProperty("java.version"));
    }
}
