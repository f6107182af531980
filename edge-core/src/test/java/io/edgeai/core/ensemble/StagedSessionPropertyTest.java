package io.edgeai.core.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Random chains whose values skip stages, many requests at once, against a plain loop. */
class StagedSessionPropertyTest {
    /** Stage i gives v(i+1) = 1 + the sum of the earlier values it takes; v0 is the caller's. */
    private record Chain(List<List<Integer>> taken) {
        static Chain random(Random random) {
            List<List<Integer>> taken = new ArrayList<>();
            int stages = 1 + random.nextInt(5);
            for (int stage = 0; stage < stages; stage++) {
                TreeSet<Integer> some = new TreeSet<>();
                some.add(stage == 0 ? 0 : random.nextInt(stage + 1));
                some.add(random.nextInt(stage + 1));
                taken.add(List.copyOf(some));
            }
            return new Chain(taken);
        }

        float[] values(float input) {
            float[] values = new float[taken.size() + 1];
            values[0] = input;
            for (int stage = 0; stage < taken.size(); stage++) {
                values[stage + 1] = 1;
                for (int from : taken.get(stage)) {
                    values[stage + 1] += values[from];
                }
            }
            return values;
        }

        StagedSession open(List<String> outputs) {
            StagedSession.Builder builder = StagedSession.builder().outputs(outputs);
            for (int stage = 0; stage < taken.size(); stage++) {
                String output = "v" + (stage + 1);
                String[] inputs = taken.get(stage).stream().map(i -> "v" + i).toArray(String[]::new);
                builder.stage(ScriptedSession.of(
                        output,
                        given -> {
                            float sum = 1;
                            for (Tensor tensor : given.values()) {
                                sum += tensor.floats()[0];
                            }
                            return Map.of(output, Tensor.of(new float[] {sum}, 1));
                        },
                        inputs));
            }
            return builder.build();
        }
    }

    @Test
    void everyRequestGetsItsOwnValues() {
        for (long seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            Chain chain = Chain.random(random);
            int last = chain.taken().size();
            int other = 1 + random.nextInt(last);
            List<String> outputs = other == last ? List.of("v" + last) : List.of("v" + last, "v" + other);
            List<CompletableFuture<Map<String, Tensor>>> answers = new ArrayList<>();
            try (StagedSession staged = chain.open(outputs)) {
                for (int i = 0; i < 30; i++) {
                    answers.add(staged.submit(Map.of("v0", Tensor.of(new float[] {i}, 1))));
                }
            }
            for (int i = 0; i < answers.size(); i++) {
                Map<String, Tensor> answer = answers.get(i).join();
                assertThat(answer.keySet()).as("seed %d", seed).containsExactlyElementsOf(outputs);
                for (int value : new int[] {last, other}) {
                    assertThat(answer.get("v" + value).floats()[0])
                            .as("seed %d, request %d, value %d", seed, i, value)
                            .isEqualTo(chain.values(i)[value]);
                }
            }
        }
    }
}
