package io.edgeai.core.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random graphs of sums against the same sums taken recursively. */
class ModelGraphPropertyTest {
    /** Node i is 1 + the sum of its parents, which come before it; node 0 is the input. */
    private static List<int[]> parents(Random random) {
        List<int[]> parents = new ArrayList<>();
        parents.add(new int[0]);
        int nodes = 2 + random.nextInt(14);
        for (int node = 1; node < nodes; node++) {
            int limit = node;
            parents.add(random.ints(1 + random.nextInt(3), 0, limit).distinct().toArray());
        }
        return parents;
    }

    private static long value(List<int[]> parents, int node, long input) {
        return node == 0
                ? input
                : 1
                        + Arrays.stream(parents.get(node))
                                .mapToLong(p -> value(parents, p, input))
                                .sum();
    }

    private static Map<String, Tensor> sum(Map<String, Tensor> inputs) {
        float total = 1;
        for (Tensor tensor : inputs.values()) {
            total += tensor.floats()[0];
        }
        return Map.of("sum", Tensor.of(new float[] {total}, 1));
    }

    private static ModelGraph graph(List<int[]> parents, int threads, Random random) {
        List<Integer> order = new ArrayList<>();
        for (int node = 1; node < parents.size(); node++) {
            order.add(node);
        }
        Collections.shuffle(order, random);
        ModelGraph.Builder builder = ModelGraph.builder().input(ScriptedSession.floats("n0"));
        for (int node : order) {
            builder.step("step" + node, ModelGraphPropertyTest::sum, wiring -> {
                for (int parent : parents.get(node)) {
                    wiring.input("n" + parent);
                }
                wiring.output("sum", "n" + node);
            });
            builder.output(ScriptedSession.floats("n" + node));
        }
        return (threads == 0 ? builder : builder.parallel(threads)).build();
    }

    @Test
    void everyTensorIsWhatItsDefinitionSaysInTurnAndInParallel() {
        for (long seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            List<int[]> parents = parents(random);
            int input = random.nextInt(9);
            Map<String, Long> expected = new HashMap<>();
            for (int node = 1; node < parents.size(); node++) {
                expected.put("n" + node, value(parents, node, input));
            }
            for (int threads : new int[] {0, 1, 3}) {
                try (ModelGraph graph = graph(parents, threads, random)) {
                    Map<String, Long> actual = new LinkedHashMap<>();
                    graph.run(Map.of("n0", Tensor.of(new float[] {input}, 1)))
                            .forEach((name, tensor) -> actual.put(name, (long) tensor.floats()[0]));
                    assertThat(actual).as("seed %d, %d threads", seed, threads).isEqualTo(expected);
                }
            }
        }
    }
}
