package io.edgeai.core.onnx.cost;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The peak against a slow count that asks of every value at every step whether it is still needed. */
class LivenessPropertyTest {
    @Test
    void peakIsTheLargestSumOfNeededValues() {
        for (long seed = 0; seed < 2000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Liveness liveness = new Liveness();
            Map<String, Long> sizes = new LinkedHashMap<>();
            Map<String, Integer> born = new LinkedHashMap<>();
            List<Liveness.Step> steps = new ArrayList<>();
            List<String> first = List.of("in0", "in1");
            for (String name : first) {
                sizes.put(name, random.nextLong(1, 100));
                born.put(name, -1);
            }
            int count = random.nextInt(1, 12);
            for (int i = 0; i < count; i++) {
                List<String> known = new ArrayList<>(sizes.keySet());
                Set<String> reads = new TreeSet<>();
                for (int r = random.nextInt(1, 4); r > 0; r--) {
                    reads.add(known.get(random.nextInt(known.size())));
                }
                List<String> writes = new ArrayList<>();
                for (int w = random.nextInt(1, 3); w > 0; w--) {
                    String name = "v" + i + "." + w;
                    sizes.put(name, random.nextLong(1, 100));
                    born.put(name, i);
                    writes.add(name);
                }
                steps.add(new Liveness.Step(reads, writes, random.nextInt(5) == 0 ? 50 : 0));
            }
            List<String> known = new ArrayList<>(sizes.keySet());
            List<String> last = List.of(known.get(random.nextInt(known.size())));
            sizes.forEach(liveness::value);

            assertThat(liveness.peak(first, steps, last))
                    .as("seed %d", seed)
                    .isEqualTo(bruteForce(sizes, born, steps, last));
        }
    }

    private static long bruteForce(
            Map<String, Long> sizes, Map<String, Integer> born, List<Liveness.Step> steps, List<String> last) {
        long peak = born.entrySet().stream()
                .filter(value -> value.getValue() < 0)
                .mapToLong(value -> sizes.get(value.getKey()))
                .sum();
        for (int at = 0; at < steps.size(); at++) {
            long sum = steps.get(at).inside();
            for (String value : sizes.keySet()) {
                if (born.get(value) <= at && needed(value, at, born, steps, last)) {
                    sum += sizes.get(value);
                }
            }
            peak = Math.max(peak, sum);
        }
        return peak;
    }

    private static boolean needed(
            String value, int at, Map<String, Integer> born, List<Liveness.Step> steps, List<String> last) {
        boolean neverRead = steps.stream().noneMatch(step -> step.reads().contains(value));
        return last.contains(value)
                || born.get(value) == at
                || (born.get(value) < 0 && neverRead)
                || steps.subList(at, steps.size()).stream()
                        .anyMatch(step -> step.reads().contains(value));
    }

    @Test
    void viewsShareTheMemoryOfWhatTheyLookAt() {
        Liveness liveness = new Liveness();
        liveness.value("x", 100);
        liveness.value("y", 10);
        liveness.share("view", "x");
        liveness.value("view", 100);
        List<Liveness.Step> steps = List.of(
                new Liveness.Step(List.of("x"), List.of("view"), 0),
                new Liveness.Step(List.of("view"), List.of("y"), 0));

        assertThat(liveness.peak(List.of("x"), steps, List.of("y"))).isEqualTo(110);
    }
}
