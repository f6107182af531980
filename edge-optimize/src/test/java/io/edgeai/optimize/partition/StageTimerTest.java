package io.edgeai.optimize.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Times read off a clock that a script moves. */
class StageTimerTest {
    private static final Map<String, Tensor> FEED = Map.of("x", Tensor.of(new float[] {1}, 1));

    private static OnnxGraph graph() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 1);
        b.node("Neg", "y", "x");
        return b.output("y").graph();
    }

    /** A clock that stands still between runs and gives each run the next time of a list. */
    private static final class Script {
        final List<Long> given = new ArrayList<>();
        private final Random random;
        private final long least;
        private long now;
        private boolean running;

        Script(long seed, long least) {
            this.random = new Random(seed);
            this.least = least;
        }

        long nanos() {
            if (running) {
                long time = least + random.nextInt(1000);
                given.add(time);
                now += time;
            }
            running = !running;
            return now;
        }
    }

    @Test
    void theLowerQuartileOfTheRoundsMedians() {
        for (long seed = 0; seed < 20; seed++) {
            Script script = new Script(seed, 300_000);
            int rounds = 1 + (int) seed;
            try (InferenceSession session = Ort.open(graph())) {
                double[] micros =
                        new StageTimer(script::nanos, Progress.NONE).micros(List.of(session), List.of(FEED), rounds);
                List<Long> given = script.given;
                int runs = (int) (2_000_000 / Math.min(given.get(0), given.get(1)));
                assertThat(given).hasSize(2 + runs * rounds);
                long[] medians = new long[rounds];
                for (int round = 0; round < rounds; round++) {
                    long[] times = given.subList(2 + round * runs, 2 + (round + 1) * runs).stream()
                            .mapToLong(time -> time)
                            .sorted()
                            .toArray();
                    medians[round] = times[runs / 2];
                }
                Arrays.sort(medians);
                assertThat(micros).as("seed " + seed).containsExactly(medians[rounds / 4] / 1000.0);
            }
        }
    }

    @Test
    void fastSessionsRunOftenAndSlowOnesOnceARound() {
        for (long nanos : new long[] {1, 10_000, 500_000, 5_000_000}) {
            Script script = new Script(1, nanos);
            try (InferenceSession session = Ort.open(graph())) {
                new StageTimer(script::nanos, Progress.NONE).micros(List.of(session), List.of(FEED), 3);
            }
            long first = Math.min(script.given.get(0), script.given.get(1));
            long runs = Math.max(1, Math.min(50, 2_000_000 / first));
            assertThat(script.given).as(nanos + " ns").hasSize((int) (2 + 3 * runs));
        }
    }

    @Test
    void sessionsTakeTurnsAndProgressCountsRounds() {
        List<Long> done = new ArrayList<>();
        Progress progress = (phase, round, total) -> {
            assertThat(phase).isEqualTo("time stages");
            assertThat(total).isEqualTo(4);
            done.add(round);
        };
        Script script = new Script(1, 3_000_000);
        try (InferenceSession one = Ort.open(graph());
                InferenceSession two = Ort.open(graph())) {
            double[] micros = new StageTimer(script::nanos, progress).micros(List.of(one, two), List.of(FEED, FEED), 4);
            List<Long> given = script.given;
            assertThat(given).hasSize(4 + 2 * 4);
            for (int session = 0; session < 2; session++) {
                long[] mine = new long[4];
                for (int round = 0; round < 4; round++) {
                    mine[round] = given.get(4 + 2 * round + session);
                }
                Arrays.sort(mine);
                assertThat(micros[session]).isEqualTo(mine[1] / 1000.0);
            }
        }
        assertThat(done).containsExactly(1L, 2L, 3L, 4L);
    }
}
