package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random graphs with graphs in them are as large as a plain recursion over their objects finds them. */
class GraphSizePropertyTest {
    private static final int ROUNDS = Boolean.getBoolean("edgeai.full") ? 20_000 : 500;
    private static final long SEED = 20_261_127L;

    @TempDir
    Path folder;

    private int names;

    private void grow(OnnxGraph graph, List<String> visible, Random random, int depth) {
        int nodes = random.nextInt(12);
        for (int i = 0; i < nodes; i++) {
            List<String> inputs = new ArrayList<>();
            for (int n = random.nextInt(4); n > 0; n--) {
                inputs.add(visible.get(random.nextInt(visible.size())));
            }
            String made = "t" + names++;
            OnnxNode node = graph.add("Op", "", inputs, List.of(made));
            for (int n = depth < 3 && random.nextInt(5) == 0 ? 1 + random.nextInt(2) : 0; n > 0; n--) {
                OnnxGraph body = new OnnxGraph("body", graph.info());
                grow(body, new ArrayList<>(visible), random, depth + 1);
                node.attribute("body" + n, new OnnxAttribute.OfGraph(body));
            }
            visible.add(made);
        }
    }

    /** When each name is ready, by the nodes in their order; names from around are ready when they are there. */
    private static long run(OnnxGraph graph, Map<String, Long> around, long start) {
        Map<String, Long> ready = new HashMap<>(around);
        long last = start;
        for (OnnxNode node : graph.nodes()) {
            long from = Math.max(start, waits(node, ready));
            long inside = from;
            for (OnnxAttribute attribute : node.attributes().values()) {
                if (attribute instanceof OnnxAttribute.OfGraph body) {
                    Map<String, Long> all = new HashMap<>();
                    ready.keySet().forEach(name -> all.put(name, from));
                    inside = Math.max(inside, run(body.value(), all, from));
                }
            }
            long done = inside + 1;
            node.outputs().forEach(name -> ready.put(name, done));
            last = Math.max(last, done);
        }
        return last;
    }

    private static long waits(OnnxNode node, Map<String, Long> ready) {
        long from = 0;
        for (String name : node.inputs()) {
            from = Math.max(from, ready.getOrDefault(name, 0L));
        }
        for (OnnxAttribute attribute : node.attributes().values()) {
            if (attribute instanceof OnnxAttribute.OfGraph body) {
                for (OnnxNode inner : body.value().nodes()) {
                    from = Math.max(from, waits(inner, ready));
                }
            }
        }
        return from;
    }

    private static long count(OnnxGraph graph) {
        long count = 0;
        for (OnnxNode node : graph.nodes()) {
            count++;
            for (OnnxAttribute attribute : node.attributes().values()) {
                count += attribute instanceof OnnxAttribute.OfGraph body ? count(body.value()) : 0;
            }
        }
        return count;
    }

    @Test
    void asAPlainRecursionFindsThem() throws IOException {
        Random random = new Random(SEED);
        long longest = 0;
        for (int round = 0; round < ROUNDS; round++) {
            OnnxGraph graph = OnnxGraph.create("random", 17);
            grow(graph, new ArrayList<>(List.of("x")), random, 0);
            Path file = Files.write(folder.resolve("model.onnx"), OnnxWriter.toBytes(graph));
            GraphSize size = GraphSize.of(file, 100_000);
            OnnxGraph read = OnnxReader.read(file);
            assertThat(size)
                    .as("round %d, seed %d", round, SEED)
                    .isEqualTo(new GraphSize(count(read), run(read, Map.of(), 0)));
            longest = Math.max(longest, size.longestChain());
        }
        assertThat(longest).isGreaterThan(8);
    }
}
