package io.edgeai.samples;

import io.edgeai.EdgeAI;
import io.edgeai.core.ensemble.StagedSession;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.optimize.partition.Link;
import io.edgeai.optimize.partition.PipelineSplit;
import io.edgeai.optimize.partition.PipelineSplitter;
import io.edgeai.optimize.partition.TierPlan;
import io.edgeai.optimize.partition.TierPlanner;
import io.edgeai.samples.convnet.SmallConvNet;
import io.edgeai.samples.shapes.DrawnDigits;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** One network on two workers that take turns, and between a slow camera and a fast site behind a link. */
public final class S09_Partition {
    private S09_Partition() {}

    public static void main(String[] args) throws IOException {
        run(Files.createTempDirectory("edgeai-s09"), Terminal.system());
    }

    /** What the pipeline and the plan came to. */
    record Parts(PipelineSplit pipeline, TierPlan tiers, List<float[]> answers) {}

    static Parts run(Path home, Terminal terminal) {
        try (EdgeAI edge = EdgeAI.builder().home(home).build()) {
            ModelVersion version = edge.registry()
                    .register("digits", OnnxWriter.toBytes(new SmallConvNet(20, 10, 7).toOnnx()), r -> {});
            OnnxGraph graph = edge.graph(version);
            List<Map<String, Tensor>> images = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                float[] image = DrawnDigits.defaults().draw(8, 3).image(i);
                images.add(Map.of("image", Tensor.of(image, 1, 1, 20, 20)));
            }

            PipelineSplit pipeline =
                    PipelineSplitter.builder().stages(2).build().split(graph, images.subList(0, 2));
            pipeline.explain().lines().forEach(terminal::line);
            List<float[]> answers = answers(pipeline, images);

            TierPlan tiers = TierPlanner.builder()
                    .tier("camera", 40) // takes 40 times as long as this machine
                    .link(Link.of(100, 2)) // 100 Mbit/s, 2 ms
                    .tier("site", 1)
                    .build()
                    .plan(graph, images.get(0));
            tiers.explain(5).lines().forEach(terminal::line);
            return new Parts(pipeline, tiers, answers);
        }
    }

    /** All images are under way at once: while the second stage works on one, the first has the next. */
    private static List<float[]> answers(PipelineSplit pipeline, List<Map<String, Tensor>> images) {
        InferenceRuntime runtime = Engines.discover().forFormat(ModelFormat.ONNX);
        try (StagedSession staged = pipeline.open(runtime)) {
            List<CompletableFuture<Map<String, Tensor>>> underWay = new ArrayList<>();
            for (Map<String, Tensor> image : images) {
                underWay.add(staged.submit(image));
            }
            return underWay.stream()
                    .map(CompletableFuture::join)
                    .map(outputs -> outputs.values().iterator().next().floats())
                    .toList();
        }
    }
}
