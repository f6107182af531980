package io.edgeai.optimize.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.cost.CostModel;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import io.edgeai.optimize.testing.PrunableNets;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StructuredPrunerTest {
    private static CalibrationData samples(int count, int values) {
        float[][] samples = new float[count][];
        Random random = new Random(9);
        for (int i = 0; i < count; i++) {
            samples[i] = Ort.normal(random, values);
        }
        return CalibrationData.of(samples);
    }

    @Test
    void budgetOfMacsIsMetAndReportedAsTheCostModelCounts() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 1);
        byte[] before = OnnxWriter.toBytes(graph);
        PrunedModel pruned = StructuredPruner.builder()
                .budget(PruneBudget.macs(1.5))
                .roundTo(2)
                .kernelBlock(1)
                .build()
                .prune(graph);
        PruneReport report = pruned.report();
        assertThat(report.macReduction()).isGreaterThanOrEqualTo(1.5).isLessThan(2);
        assertThat(report.macsAfter()).isEqualTo(CostModel.of(pruned.graph()).macs());
        assertThat(report.macsBefore()).isEqualTo(CostModel.of(graph).macs());
        assertThat(report.parametersAfter())
                .isEqualTo(CostModel.of(pruned.graph()).parameters());
        assertThat(report.bytesAfter()).isEqualTo(OnnxWriter.toBytes(pruned.graph()).length);
        assertThat(report.groups())
                .allSatisfy(group -> assertThat(group.after() % 2).isZero());
        assertThat(OnnxWriter.toBytes(graph)).as("the original is untouched").isEqualTo(before);
        assertThat(report.toString()).contains("fewer MACs");
    }

    @Test
    void budgetOfParametersIsMetAsTheCostModelCounts() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 1);
        PrunedModel pruned = StructuredPruner.builder()
                .budget(PruneBudget.parameters(1.8))
                .roundTo(1)
                .build()
                .prune(graph);
        PruneReport report = pruned.report();
        double before = CostModel.of(graph).parameters();
        assertThat(before / CostModel.of(pruned.graph()).parameters())
                .isEqualTo(before / report.parametersAfter())
                .isBetween(1.8, 2.2);
        assertThat(report.bytesAfter()).isLessThan(report.bytesBefore());
    }

    /** As PyTorch exports ShuffleNet: every Reshape says that zeros are sizes, and none has a zero. */
    @Test
    void channelsThatAreShuffledByReshapesAreFound() {
        GraphBuilder b = new GraphBuilder(14, 1).input("x", -1, 3, 6, 6);
        b.conv("c", "x", 3, 16);
        b.longs("split", -1, 2, 8, 6, 6).longs("joined", -1, 16, 6, 6);
        b.node("Reshape", "halves", "c", "split").attribute("allowzero", 1);
        b.node("Transpose", "turned", "halves").attribute("perm", new long[] {0, 2, 1, 3, 4});
        b.node("Reshape", "shuffled", "turned", "joined").attribute("allowzero", 1);
        b.conv("y", "shuffled", 16, 4);
        OnnxGraph graph = b.output("y", 4).graph();
        PrunedModel pruned = StructuredPruner.builder()
                .budget(PruneBudget.everyGroup(0.5))
                .roundTo(1)
                .build()
                .prune(graph);
        assertThat(pruned.report().pinned()).hasSize(1); // the output
        assertThat(pruned.report().macReduction()).isBetween(1.9, 2.1);
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(2), 2, 3, 6, 6));
        assertThat(Ort.run(pruned.graph(), feed).get("y").shape()).containsExactly(2, 4, 6, 6);
    }

    @Test
    void sameShareOfEveryGroupRoundsWidths() {
        PrunedModel pruned = StructuredPruner.builder()
                .budget(PruneBudget.everyGroup(0.4))
                .roundTo(4)
                .build()
                .prune(GraphBuilder.residualNet(13, 1));
        assertThat(pruned.report().groups())
                .extracting(PruneReport.Group::after)
                .containsExactly(8, 8);
        assertThat(pruned.graph().initializers().get("c2_w").dims()).containsExactly(8, 8, 3, 3);
    }

    @Test
    void residualPathsAndGroupsCanBeLeftOut() {
        StructuredPruner.Builder builder =
                StructuredPruner.builder().budget(PruneBudget.channels(0.5)).roundTo(1);
        assertThat(builder.residuals(false)
                        .build()
                        .prune(GraphBuilder.residualNet(13, 1))
                        .report()
                        .groups())
                .extracting(PruneReport.Group::name, PruneReport.Group::after)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("c2", 8));
        assertThat(StructuredPruner.builder()
                        .budget(PruneBudget.widths(Map.of("c1", 5)))
                        .groups(group -> group.name().equals("c1"))
                        .build()
                        .prune(GraphBuilder.residualNet(13, 1))
                        .report()
                        .groups())
                .extracting(PruneReport.Group::after)
                .containsExactly(5);
    }

    @Test
    void duplicatedChannelsGoWithoutHarm() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 4);
        OnnxTensor weight = graph.initializers().get("c2_w");
        float[] values = weight.floats();
        float[] bias = graph.initializers().get("c2_b").floats();
        int slice = values.length / 16;
        for (int copy = 8; copy < 16; copy++) {
            System.arraycopy(values, (copy - 8) * slice, values, copy * slice, slice);
            bias[copy] = bias[copy - 8];
        }
        graph.initializers().put("c2_w", OnnxTensor.ofFloats(values, weight.dims()));
        graph.initializers().put("c2_b", OnnxTensor.ofFloats(bias, 16));
        Tensor x = Ort.tensor(new Random(77), 3, 3, 8, 8);
        Tensor expected = Ort.run(graph, Map.of("x", x)).get("y");

        StructuredPruner.Builder builder = StructuredPruner.builder()
                .budget(PruneBudget.widths(Map.of("c2", 8)))
                .samples(samples(16, 192));
        PrunedModel repaired = builder.build().prune(graph);
        PrunedModel cut = builder.reconstruct(false).build().prune(graph);
        double harm =
                Ort.maxDifference(Ort.run(repaired.graph(), Map.of("x", x)).get("y"), expected);
        double unrepaired =
                Ort.maxDifference(Ort.run(cut.graph(), Map.of("x", x)).get("y"), expected);
        assertThat(harm).isLessThan(0.02);
        assertThat(unrepaired).isGreaterThan(10 * harm);
        assertThat(repaired.report().reconstructedLayers()).isPositive();
        assertThat(cut.report().reconstructedLayers()).isZero();
        assertThat(repaired.report().groups().get(1).damage()).isLessThan(0.01);
    }

    @Test
    void everyImportanceGivesARunningModel() {
        OnnxGraph graph = PrunableNets.of(5, 11, 4, 2, 1);
        Map<String, OnnxTensor> gradients = new java.util.HashMap<>(graph.initializers());
        gradients.values().removeIf(tensor -> tensor.type() != io.edgeai.core.model.ElementType.FLOAT);
        for (Importance importance : new Importance[] {
            Importance.l1(),
            Importance.l2(),
            Importance.batchNorm(),
            Importance.activation(),
            Importance.reconstruction(),
            Importance.taylor(gradients),
            Importance.random(3)
        }) {
            PrunedModel pruned = StructuredPruner.builder()
                    .budget(PruneBudget.channels(0.3))
                    .roundTo(1)
                    .importance(importance)
                    .samples(samples(8, 192))
                    .build()
                    .prune(graph);
            int all = pruned.report().channelsBefore();
            assertThat(pruned.report().channelsAfter())
                    .as(importance.toString())
                    .isCloseTo(all * 7 / 10, within(1));
            Tensor y = Ort.run(pruned.graph(), Map.of("x", Ort.tensor(new Random(1), 2, 3, 8, 8)))
                    .get("y");
            assertThat(y.shape()).containsExactly(2, 5);
        }
    }

    @Test
    void magnitudeTakesTheSmallest() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 2);
        float[] weights = graph.initializers().get("c2_w").floats();
        int slice = weights.length / 16;
        for (int i = 0; i < 4 * slice; i++) {
            weights[slice * 3 + i] *= 0.01f;
        }
        graph.initializers().put("c2_w", OnnxTensor.ofFloats(weights, 16, 16, 3, 3));
        float[] kept = StructuredPruner.builder()
                .budget(PruneBudget.widths(Map.of("c2", 12)))
                .importance(Importance.l1())
                .build()
                .prune(graph)
                .graph()
                .initializers()
                .get("c2_w")
                .floats();
        float[] expected = new float[12 * slice];
        System.arraycopy(weights, 0, expected, 0, 3 * slice);
        System.arraycopy(weights, 7 * slice, expected, 3 * slice, 9 * slice);
        assertThat(kept).containsExactly(expected);
    }

    @Test
    void runsRepeat() {
        StructuredPruner pruner = StructuredPruner.builder()
                .budget(PruneBudget.channels(0.4))
                .samples(samples(12, 192))
                .seed(5)
                .build();
        OnnxGraph graph = PrunableNets.of(8, 1, 3);
        assertThat(OnnxWriter.toBytes(pruner.prune(graph).graph()))
                .isEqualTo(OnnxWriter.toBytes(pruner.prune(graph).graph()));
    }

    @Test
    void transformerKeepsItsAnswersAfterReconstruction() {
        OnnxGraph graph = PrunableNets.transformer(3, 2);
        PrunedModel pruned = StructuredPruner.builder()
                .budget(PruneBudget.channels(0.2))
                .samples(samples(64, 192))
                .build()
                .prune(graph);
        Tensor x = Ort.tensor(new Random(5), 2, 6, 32);
        assertThat(Ort.run(pruned.graph(), Map.of("x", x)).get("y").shape()).containsExactly(2, 6, 5);
        assertThat(pruned.report().groups()).hasSize(4);
        assertThat(IntStream.range(0, 2)
                        .map(i -> pruned.report().groups().get(2 * i).before()))
                .containsExactly(4, 4);
    }

    @Test
    void whatCannotBeIsSaid() {
        assertThatThrownBy(() -> StructuredPruner.builder()
                        .importance(Importance.activation())
                        .latencyRounds(3)
                        .build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no budget")
                .hasMessageContaining("needs samples")
                .hasMessageContaining("latencyRounds (3)");
        assertThatThrownBy(() -> PruneBudget.macs(1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(1.0)");
        assertThatThrownBy(() -> PruneBudget.parameters(0.5))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("Reduction of parameters (0.5) must be above 1 and at most 100. Maybe write 2 for half.");
        assertThatThrownBy(() -> PruneBudget.channels(20)).hasMessageContaining("Maybe write 0.2");
        assertThatThrownBy(() -> StructuredPruner.builder().roundTo(0)).hasMessageContaining("roundTo (0)");
        assertThatThrownBy(() -> StructuredPruner.builder()
                        .budget(PruneBudget.macs(90))
                        .build()
                        .prune(GraphBuilder.residualNet(13, 1)))
                .hasMessageContaining("does not get (90.0) times fewer MACs")
                .hasMessageContaining("Maybe");
        assertThatThrownBy(() -> StructuredPruner.builder()
                        .budget(PruneBudget.widths(Map.of("nothing", 3)))
                        .build()
                        .prune(GraphBuilder.residualNet(13, 1)))
                .hasMessageContaining("No group is named [nothing]")
                .hasMessageContaining("c1");
    }

    @Test
    void stopsWhenAsked() {
        Progress stop = new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                return true;
            }
        };
        assertThatThrownBy(() -> StructuredPruner.builder()
                        .budget(PruneBudget.channels(0.4))
                        .samples(samples(4, 192))
                        .progress(stop)
                        .build()
                        .prune(GraphBuilder.residualNet(13, 1)))
                .isInstanceOf(OperationCancelledException.class);
    }
}
