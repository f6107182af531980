package io.edgeai.optimize.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.optimize.testing.Ort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every way to deal a random graph out to two to four tiers, priced by plain loops. */
class TierPlannerPropertyTest {
    /** A random problem: times of nodes, sizes of values, tiers and what lies between them. */
    private static final class Problem {
        final NodeChain chain;
        final double[] micros;
        final Map<String, Long> bytes = new HashMap<>();
        final double[] slowdown;
        final Link[] links;
        final boolean returned;

        Problem(long seed) {
            Random random = new Random(seed);
            OnnxGraph graph = Dags.of(seed);
            this.chain = new NodeChain(graph);
            this.micros = random.doubles(chain.size(), 0, 1000).toArray();
            chain.varying().forEach(value -> bytes.put(value, (long) random.nextInt(100_000)));
            this.slowdown = random.doubles(2 + random.nextInt(3), 0.01, 10).toArray();
            this.links = new Link[slowdown.length - 1];
            for (int i = 0; i < links.length; i++) {
                links[i] = random.nextInt(4) == 0
                        ? Link.memory()
                        : new Link(
                                Math.pow(10, 3 + 5 * random.nextDouble()), Duration.ofNanos(random.nextInt(500_000)));
            }
            this.returned = random.nextBoolean();
        }

        TierPlan plan() {
            TierPlanner.Builder builder =
                    TierPlanner.builder().runtime(Ort.runtime()).compress(false).returned(returned);
            for (int i = 0; i < slowdown.length; i++) {
                builder.tier("t" + i, slowdown[i]);
                if (i < links.length) {
                    builder.link(links[i]);
                }
            }
            ObservedValues values = new ObservedValues(Dags.types(chain.graph()), bytes);
            return builder.build().plan(chain, micros, values);
        }

        double micros(Link link, Set<String> values) {
            double sum = 0;
            for (String value : values) {
                sum += bytes.get(value);
            }
            return link.latency().toNanos() / 1000.0 + 1e6 * sum / link.bytesPerSecond();
        }

        double price(List<Integer> cuts) {
            double total = 0;
            for (int node = 0; node < chain.size(); node++) {
                int tier = 0;
                while (tier < cuts.size() && cuts.get(tier) <= node) {
                    tier++;
                }
                total += micros[node] * slowdown[tier];
            }
            for (int link = 0; link < links.length; link++) {
                int cut = cuts.get(link);
                if (cut < chain.size()) {
                    total += micros(links[link], cut == 0 ? inputs() : Dags.crossing(chain, cut));
                    total += returned ? micros(links[link], answers(cut)) : 0;
                }
            }
            return total;
        }

        private Set<String> inputs() {
            Set<String> inputs = new HashSet<>();
            chain.graph().feeds().forEach(feed -> inputs.add(feed.name()));
            return inputs;
        }

        private Set<String> answers(int from) {
            Set<String> answers = new HashSet<>();
            for (OnnxValue output : chain.graph().outputs()) {
                for (int node = from; node < chain.size(); node++) {
                    if (chain.node(node).outputs().contains(output.name())) {
                        answers.add(output.name());
                    }
                }
            }
            return answers;
        }

        List<List<Integer>> ways() {
            List<List<Integer>> ways = new ArrayList<>();
            ways.add(List.of());
            for (int link = 0; link < links.length; link++) {
                List<List<Integer>> longer = new ArrayList<>();
                for (List<Integer> way : ways) {
                    int first = way.isEmpty() ? 0 : way.get(way.size() - 1);
                    for (int cut = first; cut <= chain.size(); cut++) {
                        if (cut == 0
                                || cut == chain.size()
                                || !Dags.crossing(chain, cut).isEmpty()) {
                            List<Integer> next = new ArrayList<>(way);
                            next.add(cut);
                            longer.add(next);
                        }
                    }
                }
                ways = longer;
            }
            return ways;
        }
    }

    @Test
    void everyWayHasItsPriceAndTheFirstIsTheLeast() {
        for (long seed = 0; seed < 60; seed++) {
            Problem problem = new Problem(seed);
            TierPlan plan = problem.plan();
            Map<List<Integer>, Double> found = new HashMap<>();
            plan.choices().forEach(choice -> found.put(choice.cuts(), choice.totalMicros()));
            List<List<Integer>> ways = problem.ways();
            assertThat(found.keySet()).as("seed " + seed).containsExactlyInAnyOrderElementsOf(ways);
            double least = Double.POSITIVE_INFINITY;
            for (List<Integer> way : ways) {
                double price = problem.price(way);
                assertThat(found.get(way))
                        .as("seed " + seed + ", cuts " + way)
                        .isCloseTo(price, within(1e-6 * price + 1e-9));
                least = Math.min(least, price);
            }
            assertThat(plan.best().totalMicros()).as("seed " + seed).isCloseTo(least, within(1e-6 * least + 1e-9));
        }
    }

    @Test
    void oneTierAloneTakesAllTimesItsSlowdown() {
        for (long seed = 0; seed < 20; seed++) {
            Problem problem = new Problem(seed);
            TierPlan plan = problem.plan();
            double sum = 0;
            for (double time : problem.micros) {
                sum += time;
            }
            for (int tier = 0; tier < problem.slowdown.length; tier++) {
                assertThat(plan.allOn(tier).computeMicros().get(tier))
                        .as("seed " + seed + ", tier " + tier)
                        .isCloseTo(sum * problem.slowdown[tier], within(1e-6 * sum));
            }
        }
    }
}
