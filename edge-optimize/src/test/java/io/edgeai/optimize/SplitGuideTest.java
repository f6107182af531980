package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.ensemble.StagedSession;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.accelerator.TargetModel;
import io.edgeai.optimize.accelerator.TensorRtTarget;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.partition.Link;
import io.edgeai.optimize.partition.PipelineSplit;
import io.edgeai.optimize.partition.PipelineSplitter;
import io.edgeai.optimize.partition.ShardAxis;
import io.edgeai.optimize.partition.ShardRunner;
import io.edgeai.optimize.partition.ShardedNetwork;
import io.edgeai.optimize.partition.TensorSplit;
import io.edgeai.optimize.partition.TierPlan;
import io.edgeai.optimize.partition.TierPlanner;
import io.edgeai.optimize.runtime.RuntimeTuner;
import io.edgeai.optimize.runtime.TuningReport;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of {@code docs/guide/partition.md} and of the later sections of {@code optimize.md}. */
class SplitGuideTest {
    private final OnnxGraph graph = GraphBuilder.residualNet(13, 1);
    private final InferenceRuntime runtime = Ort.runtime();
    private final Map<String, Tensor> sample = Map.of("x", Ort.tensor(new Random(1), 1, 3, 8, 8));
    private final List<Map<String, Tensor>> samples = List.of(sample);

    @Test
    void pipelines() throws Exception {
        PipelineSplit split = PipelineSplitter.builder().stages(3).build().split(graph, samples);
        assertThat(split.exact()).isTrue();
        assertThat(split.explain()).contains("max/mean");
        try (StagedSession staged = split.open(runtime)) {
            Map<String, Tensor> answer = staged.run(sample);
            CompletableFuture<Map<String, Tensor>> later = staged.submit(sample);
            assertThat(later.get().get("y").bytes()).isEqualTo(answer.get("y").bytes());
        }
    }

    @Test
    void shards() {
        ShardedNetwork network = TensorSplit.of(graph, "y", 4, ShardAxis.OUTPUTS);
        try (ShardRunner runner = ShardRunner.open(runtime, network, SessionOptions.defaults())) {
            assertThat(runner.run(sample)).containsOnlyKeys("y");
        }
    }

    @Test
    void tiers() {
        TierPlan plan = TierPlanner.builder()
                .tier("device", 8)
                .link(Link.of(20, 15))
                .tier("cloud", 0.5)
                .build()
                .plan(graph, sample);
        assertThat(plan.best().totalMicros()).isLessThanOrEqualTo(plan.allOn(0).totalMicros());
        assertThat(plan.explain(20)).contains("device ms");
        assertThat(plan.graphs(plan.best())).hasSize(2);
    }

    @Test
    void tuning(@TempDir Path folder) {
        byte[] model = OnnxWriter.toBytes(graph);
        RuntimeTuner tuner = RuntimeTuner.builder()
                .mostThreads(2)
                .budget(Duration.ofMillis(200))
                .rounds(5)
                .build();
        TuningReport report = tuner.tuneOrReuse(model, sample, folder.resolve("tuning"));
        try (InferenceSession session = runtime.open(model, report.best())) {
            assertThat(session.run(sample)).containsOnlyKeys("y");
        }
    }

    @Test
    void targets(@TempDir Path folder) {
        TargetModel model = TensorRtTarget.builder()
                .cache(folder.resolve("engines"))
                .build()
                .emit(graph, CalibrationData.of(samples));
        assertThat(model.findings()).isEmpty();
        assertThat(model.options().engineOptions()).containsEntry("execution_provider", "tensorrt");
    }
}
