package io.edgeai.optimize.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random graphs cut at random places, against themselves in one piece. */
class NodeChainPropertyTest {
    private static Map<String, Tensor> feed(OnnxGraph graph, Random random) {
        Map<String, Tensor> feed = new HashMap<>();
        graph.feeds().forEach(input -> feed.put(input.name(), Ort.tensor(random, Dags.SIZE)));
        return feed;
    }

    @Test
    void partsInARowGiveTheSameBits() {
        for (long seed = 0; seed < 40; seed++) {
            OnnxGraph graph = Dags.of(seed);
            NodeChain chain = new NodeChain(graph);
            Random random = new Random(seed);
            int[] cuts = random.ints(random.nextInt(4), 1, Math.max(2, chain.size()))
                    .filter(cut -> cut < chain.size())
                    .sorted()
                    .distinct()
                    .toArray();
            Map<String, Tensor> feed = feed(graph, random);
            Map<String, Tensor> expected = Ort.runPlain(graph, feed);
            Map<String, Tensor> known = new HashMap<>(feed);
            int from = 0;
            for (int i = 0; i <= cuts.length; i++) {
                int to = i < cuts.length ? cuts[i] : chain.size();
                OnnxGraph part = chain.part(from, to, Dags.types(graph), "part" + i);
                known.putAll(Ort.runPlain(part, Feeds.of(part, known)));
                from = to;
            }
            String of = "seed " + seed + ", cuts " + java.util.Arrays.toString(cuts);
            for (OnnxValue output : graph.outputs()) {
                assertThat(known.get(output.name()).bytes())
                        .as(of + ": " + output.name())
                        .isEqualTo(expected.get(output.name()).bytes());
            }
        }
    }

    @Test
    void whatCrossesIsWhatIsMadeBeforeAndReadBehind() {
        for (long seed = 0; seed < 60; seed++) {
            NodeChain chain = new NodeChain(Dags.of(seed));
            for (int position = 1; position < chain.size(); position++) {
                assertThat(chain.crossing(position))
                        .as("seed " + seed + ", position " + position)
                        .containsExactlyInAnyOrderElementsOf(Dags.crossing(chain, position));
            }
        }
    }

    @Test
    void everyNodeThatAnOutputNeedsIsInOnePart() {
        for (long seed = 0; seed < 40; seed++) {
            OnnxGraph graph = Dags.of(seed);
            Set<String> needed = new HashSet<>();
            graph.outputs().forEach(output -> needed.add(output.name()));
            for (int round = 0; round < graph.nodes().size(); round++) {
                for (OnnxNode node : graph.nodes()) {
                    if (needed.contains(node.output(0))) {
                        needed.addAll(node.reads());
                    }
                }
            }
            List<String> expected = graph.nodes().stream()
                    .map(node -> node.output(0))
                    .filter(output -> needed.contains(output) && !output.equals("computed"))
                    .toList();
            NodeChain chain = new NodeChain(graph);
            List<String> found = new ArrayList<>();
            for (int i = 0; i < chain.size(); i++) {
                found.add(chain.node(i).output(0));
                OnnxGraph part = chain.part(i, i + 1, Dags.types(graph), "one");
                assertThat(part.outputs()).as("seed " + seed).isNotEmpty();
            }
            assertThat(found).as("seed " + seed).containsExactlyInAnyOrderElementsOf(expected);
        }
    }
}
