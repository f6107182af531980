package io.edgeai.optimize.prune;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.cost.CostModel;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.prune.channels.ChannelGroup;
import io.edgeai.optimize.prune.channels.ChannelMap;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Networks of random widths, whole through the pruner. */
class WidthsLeftPropertyTest {
    private static OnnxGraph net(Random random) {
        GraphBuilder b = new GraphBuilder(13, random.nextInt()).input("x", -1, 3, 8, 8);
        int stream = 9 + random.nextInt(40);
        b.conv("stem", "x", 3, stream);
        String last = "stem";
        for (int block = 0; block < 2; block++) {
            int inner = 9 + random.nextInt(40);
            b.conv("in" + block, last, stream, inner);
            b.node("Relu", "relu" + block, "in" + block);
            b.conv("out" + block, "relu" + block, inner, stream);
            b.node("Add", "sum" + block, last, "out" + block);
            last = "sum" + block;
        }
        b.node("GlobalAveragePool", "pool", last);
        b.node("Flatten", "flat", "pool");
        b.weight("fc_w", 0.3, stream, 5);
        b.node("MatMul", "y", "flat", "fc_w");
        return b.output("y").graph();
    }

    @Test
    void widthsAreMultiplesAndTheReportIsTrue() {
        for (long seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            OnnxGraph graph = net(random);
            int roundTo = 1 << random.nextInt(5);
            double share = 0.2 + 0.4 * random.nextDouble();
            String of = "seed " + seed + ", multiples of " + roundTo + ", share " + share;
            PrunedModel pruned = StructuredPruner.builder()
                    .budget(random.nextBoolean() ? PruneBudget.channels(share) : PruneBudget.everyGroup(share))
                    .roundTo(roundTo)
                    .branches(false)
                    .build()
                    .prune(graph);
            PruneReport report = pruned.report();
            for (PruneReport.Group group : report.groups()) {
                assertThat(group.after() == group.before() || group.after() % roundTo == 0)
                        .as(of + ": " + group)
                        .isTrue();
                assertThat(group.after()).as(of).isGreaterThanOrEqualTo((int) Math.ceil(0.1 * group.before()));
                assertThat(width(pruned, group.name())).as(of).isEqualTo(group.after());
            }
            assertThat(report.macsBefore()).as(of).isEqualTo(CostModel.of(graph).macs());
            assertThat(report.macsAfter())
                    .as(of)
                    .isEqualTo(CostModel.of(pruned.graph()).macs());
            assertThat(report.bytesAfter()).as(of).isEqualTo(OnnxWriter.toBytes(pruned.graph()).length);
            assertThat(Ort.run(pruned.graph(), Map.of("x", Ort.tensor(random, 2, 3, 8, 8)))
                            .get("y")
                            .shape())
                    .as(of)
                    .containsExactly(2, 5);
        }
    }

    private static long width(PrunedModel pruned, String value) {
        return pruned.graph().initializers().get(value + "_w").dim(0);
    }

    @Test
    void groupsThatAreNotChosenKeepTheirWidth() {
        OnnxGraph graph = net(new Random(3));
        PrunedModel pruned = StructuredPruner.builder()
                .budget(PruneBudget.everyGroup(0.5))
                .groups(group -> group.name().equals("in1"))
                .roundTo(1)
                .build()
                .prune(graph);
        for (ChannelGroup group : ChannelMap.of(graph).groups()) {
            boolean chosen = group.name().equals("in1");
            assertThat(width(pruned, group.name()))
                    .as(group.name())
                    .isEqualTo(chosen ? Math.round(group.width() * 0.5) : group.width());
        }
    }

    private static List<Map<String, Tensor>> samples(Random random) {
        return Stream.generate(() -> Map.of("x", Ort.tensor(random, 1, 3, 8, 8)))
                .limit(8)
                .toList();
    }

    @Test
    void channelsThatNobodyReadsGoWithoutATrace() {
        for (long seed = 0; seed < 6; seed++) {
            Random random = new Random(seed);
            OnnxGraph graph = net(random);
            float[] reads = graph.initializers().get("out0_w").floats();
            long[] dims = graph.initializers().get("out0_w").dims();
            int silent = (int) dims[1] / 2;
            for (int i = 0; i < reads.length; i++) {
                reads[i] = i / 9 % dims[1] < silent ? 0 : reads[i];
            }
            graph.initializers().put("out0_w", OnnxTensor.ofFloats(reads, dims));
            Tensor x = Ort.tensor(random, 2, 3, 8, 8);
            PrunedModel pruned = StructuredPruner.builder()
                    .budget(PruneBudget.widths(Map.of("in0", (int) dims[1] - silent)))
                    .samples(CalibrationData.of(samples(random)))
                    .reconstruct(false)
                    .build()
                    .prune(graph);
            assertThat(Ort.maxDifference(
                            Ort.run(pruned.graph(), Map.of("x", x)).get("y"),
                            Ort.run(graph, Map.of("x", x)).get("y")))
                    .as("seed " + seed)
                    .isLessThan(1e-4);
        }
    }
}
