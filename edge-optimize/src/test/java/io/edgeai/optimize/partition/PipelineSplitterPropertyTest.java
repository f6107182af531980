package io.edgeai.optimize.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.testing.Ort;
import io.edgeai.optimize.testing.RandomNets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random networks in two to four stages against themselves in one piece, run by the engine with all its rewrites. */
class PipelineSplitterPropertyTest {
    private static final PipelineSplitter.Builder QUICK =
            PipelineSplitter.builder().rounds(1).refinements(1);

    private static void check(long seed, Kernels kernels) {
        OnnxGraph graph = RandomNets.of(seed, 13);
        byte[] before = OnnxWriter.toBytes(graph);
        Random random = new Random(seed);
        int stages = 2 + random.nextInt(3);
        List<Map<String, Tensor>> samples =
                List.of(Map.of("x", Ort.tensor(random, 1, 3, 8, 8)), Map.of("x", Ort.tensor(random, 3, 3, 8, 8)));
        String which = "seed " + seed + ", " + stages + " stages, " + kernels;

        PipelineSplit split = QUICK.stages(stages).kernels(kernels).build().split(graph, samples);

        assertThat(split.stages()).as(which).hasSize(stages);
        assertThat(OnnxWriter.toBytes(graph)).as(which).isEqualTo(before);
        for (Map<String, Tensor> sample : samples) {
            Map<String, Tensor> known = new HashMap<>(sample);
            for (PipelineStage stage : split.stages()) {
                known.putAll(Ort.runtime()
                        .open(OnnxWriter.toBytes(stage.graph()), split.options())
                        .run(Feeds.of(stage.graph(), known)));
            }
            Tensor expected = Ort.run(graph, sample).get("y");
            Tensor actual = known.get("y");
            if (kernels == Kernels.ENGINE) {
                assertThat(actual.bytes()).as(which).isEqualTo(expected.bytes());
                assertThat(split.exact()).as(which).isTrue();
                assertThat(split.largestDifference()).as(which).isZero();
            } else {
                assertThat(Ort.maxDifference(actual, expected)).as(which).isLessThan(1e-4);
                assertThat(split.exact()).as(which).isEqualTo(split.largestDifference() == 0);
            }
        }
    }

    @Test
    void stagesOfTheEnginesOwnGraphGiveTheSameBits() {
        for (long seed = 0; seed < 12; seed++) {
            check(seed, Kernels.ENGINE);
        }
    }

    @Test
    void portableStagesGiveTheSameUpToRoundingAndSaySo() {
        for (long seed = 0; seed < 12; seed++) {
            check(seed, Kernels.PORTABLE);
        }
    }

    @Test
    void portableStagesAreMadeOfTheModelsOwnNodes() {
        OnnxGraph graph = RandomNets.of(5, 13);
        PipelineSplit split = QUICK.stages(2)
                .kernels(Kernels.PORTABLE)
                .build()
                .split(graph, List.of(Map.of("x", Ort.tensor(new Random(1), 1, 3, 8, 8))));

        List<String> nodes = split.stages().stream()
                .flatMap(stage -> stage.graph().nodes().stream())
                .map(OnnxNode::toString)
                .toList();
        assertThat(nodes)
                .containsExactlyElementsOf(
                        graph.nodes().stream().map(OnnxNode::toString).toList());
    }
}
