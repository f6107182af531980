package io.edgeai.optimize.prune;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.prune.channels.ChannelGroup;
import io.edgeai.optimize.prune.channels.ChannelMap;
import io.edgeai.optimize.prune.channels.Masks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Real models of the folder {@code edgeai.testdata}: each runs with a third of its channels gone, as if they were zero. */
class PrunedModelsIT {
    @TestFactory
    Stream<DynamicTest> everyModelRunsWithoutAThirdOfItsChannels() throws IOException {
        Path root =
                Path.of(System.getProperty("edgeai.testdata", "../shared/data")).resolve("optimize");
        Assumptions.assumeTrue(Files.isDirectory(root), "skipped: no folder " + root + " (edgeai.testdata)");
        try (Stream<Path> files = Files.walk(root)) {
            List<Path> models = files.filter(file -> file.toString().endsWith(".onnx"))
                    .sorted()
                    .toList();
            return models.stream()
                    .filter(file -> Boolean.getBoolean("edgeai.full")
                            || !file.toString().contains("vgg"))
                    .map(file -> DynamicTest.dynamicTest(root.relativize(file).toString(), () -> check(file)));
        }
    }

    private static void check(Path file) {
        InferenceRuntime runtime = Engines.discover().forFormat(ModelFormat.ONNX);
        OnnxGraph graph = OnnxReader.read(file);
        PrunedModel pruned = StructuredPruner.builder()
                .budget(PruneBudget.everyGroup(1 / 3.0))
                .importance(Importance.l2())
                .roundTo(1)
                .build()
                .prune(graph);
        Map<String, Tensor> feed = feed(graph);
        Assumptions.assumeFalse(feed.isEmpty(), "skipped: no input can be made for " + file);
        Map<String, Tensor> answer = run(runtime, pruned.graph(), feed);
        Map<String, Tensor> before = run(runtime, graph, feed);
        before.forEach(
                (name, tensor) -> assertThat(answer.get(name).shape()).as(name).isEqualTo(tensor.shape()));
        if (pruned.report().channelsBefore() > 0) {
            assertThat(pruned.report().parametersAfter())
                    .isLessThan(pruned.report().parametersBefore());
            assertThat(pruned.report().macReduction()).isGreaterThanOrEqualTo(1);
        }
        ChannelMap map = ChannelMap.of(pruned.original());
        BitSet gone = new BitSet();
        for (ChannelGroup group : map.groups()) {
            for (int unit : group.units().subList(0, group.width() / 3)) {
                gone.set(unit);
                if (!map.viable(gone)) {
                    gone.clear(unit);
                }
            }
        }
        Map<String, Tensor> cut = run(runtime, map.without(gone), feed);
        run(runtime, Masks.masked(map, gone), feed).forEach((name, tensor) -> {
            if (tensor.type() == ElementType.FLOAT) {
                assertThat(difference(cut.get(name), tensor)).as(name).isLessThan(1e-4);
            }
        });
    }

    private static double difference(Tensor a, Tensor b) {
        float[] left = a.floats();
        float[] right = b.floats();
        double most = 0;
        double largest = 1;
        for (int i = 0; i < left.length; i++) {
            most = Math.max(most, Math.abs(left[i] - right[i]));
            largest = Math.max(largest, Math.abs(right[i]));
        }
        return most / largest;
    }

    private static Map<String, Tensor> run(InferenceRuntime runtime, OnnxGraph graph, Map<String, Tensor> feed) {
        try (InferenceSession session = runtime.open(
                OnnxWriter.toBytes(graph), SessionOptions.defaults().slots(1))) {
            return session.run(feed);
        }
    }

    /** Normal floats and ids of 0 and 1; open sizes are 1, those of speech models as they need. */
    private static Map<String, Tensor> feed(OnnxGraph graph) {
        Random random = new Random(1);
        Map<String, Tensor> feed = new LinkedHashMap<>();
        for (OnnxValue input : graph.feeds()) {
            if (!(input.type() instanceof OnnxType.OfTensor type) || type.shape() == null) {
                return Map.of();
            }
            long[] shape = type.shape().stream()
                    .mapToLong(dim -> dim.known()
                            ? dim.size()
                            : input.name().equals("input") && type.shape().size() == 2 ? 576 : 1)
                    .toArray();
            if (type.shape().size() == 2 && !type.shape().get(0).known()) {
                shape[0] = 1;
            }
            int count = 1;
            for (long dim : shape) {
                count *= (int) dim;
            }
            if (type.element() == ElementType.FLOAT) {
                float[] values = new float[count];
                for (int i = 0; i < count; i++) {
                    values[i] = (float) random.nextGaussian();
                }
                feed.put(input.name(), Tensor.of(values, shape));
            } else {
                long[] values = random.longs(count, 0, 2).toArray();
                if (input.name().equals("sr")) {
                    values[0] = 16_000;
                }
                feed.put(input.name(), Tensor.of(values, shape));
            }
        }
        return feed;
    }
}
