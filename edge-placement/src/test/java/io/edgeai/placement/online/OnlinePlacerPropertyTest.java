package io.edgeai.placement.online;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrivals and departures at random, with separate books and scores written out without anything kept. */
class OnlinePlacerPropertyTest {
    private static OnlinePlacer placer(String way, List<GpuNode> nodes, TaskMix mix, long seed) {
        return switch (way) {
            case "random" -> OnlinePlacer.random(nodes, seed);
            case "best fit" -> OnlinePlacer.bestFit(nodes);
            default -> OnlinePlacer.gradient(nodes, mix);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"random", "best fit", "gradient"})
    void noNodeIsEverOverbookedAndNoTaskRefusedThatFits(String way) {
        for (int seed = 0; seed < 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<GpuNode> nodes = OnlineTasks.nodes(12, random);
            List<GpuTask> tasks = OnlineTasks.tasks(200, random);
            OnlinePlacer placer = placer(way, nodes, TaskMix.of(tasks, nodes), seed);
            Books books = new Books(nodes);
            List<GpuPlacement> running = new ArrayList<>();
            for (GpuTask task : tasks) {
                boolean fits = books.fitsSomewhere(task);
                Optional<GpuPlacement> placed = placer.place(task);
                assertThat(placed.isPresent())
                        .as("%s, seed %d, %s", way, seed, task)
                        .isEqualTo(fits);
                if (placed.isPresent()) {
                    books.book(placed.get(), 1);
                    running.add(placed.get());
                }
                if (random.nextInt(3) == 0 && !running.isEmpty()) {
                    GpuPlacement gone = running.remove(random.nextInt(running.size()));
                    placer.release(gone);
                    books.book(gone, -1);
                }
                assertThat(placer.gpuMillisPlaced())
                        .as("%s, seed %d", way, seed)
                        .isEqualTo(books.gpuMillis());
            }
        }
    }

    @Test
    void theNodeIsTheFirstOfLeastScoreByPlainArithmetic() {
        for (int seed = 100; seed < 110; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<GpuNode> nodes = OnlineTasks.nodes(10, random);
            List<GpuTask> tasks = OnlineTasks.tasks(150, random);
            OnlinePlacer placer = OnlinePlacer.gradient(nodes, TaskMix.of(tasks, nodes));
            PlainScore plain = new PlainScore(tasks, nodes);
            Books books = new Books(nodes);
            for (GpuTask task : tasks) {
                int chosen = placer.decide(task);
                double least = Double.POSITIVE_INFINITY;
                for (int n = 0; n < nodes.size(); n++) {
                    least = Math.min(least, plain.score(books, n, task));
                }
                if (chosen < 0) {
                    assertThat(least).as("seed %d", seed).isInfinite();
                    continue;
                }
                assertThat(plain.score(books, chosen, task))
                        .as("seed %d, %s on node %d", seed, task, chosen)
                        .isLessThanOrEqualTo(least + 1e-6);
                books.book(placer.place(task).orElseThrow(), 1);
            }
        }
    }

    @Test
    void theSameSeedGivesTheSamePlacements() {
        SplittableRandom random = new SplittableRandom(3);
        List<GpuNode> nodes = OnlineTasks.nodes(10, random);
        List<GpuTask> tasks = OnlineTasks.tasks(100, random);
        OnlinePlacer one = OnlinePlacer.random(nodes, 5);
        OnlinePlacer two = OnlinePlacer.random(nodes, 5);
        HashSet<Integer> used = new HashSet<>();
        for (GpuTask task : tasks) {
            Optional<GpuPlacement> placed = one.place(task);
            assertThat(two.place(task)).isEqualTo(placed);
            placed.ifPresent(at -> used.add(at.node()));
        }
        assertThat(used).hasSize(10);
    }
}
