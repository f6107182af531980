package io.edgeai.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.VersionRef;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.cost.CostModel;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import io.edgeai.monitor.metric.LatencyRecorder;
import io.edgeai.placement.Decision;
import io.edgeai.placement.PlacementEngine;
import io.edgeai.placement.PlacementState;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the benchmarks measure is what they say. */
class BenchmarkModelsTest {
    /** Counted by hand from the layers in the javadoc. */
    @ParameterizedTest
    @CsvSource({
        "SMALL_MLP, 1184, 1242", // 16·32 + 32·16 + 16·10, and 32 + 16 + 10 biases
        "MID_MLP, 199168, 199946", // 128·512 + 512·256 + 256·10, and 778 biases
        "SMALL_CONV, 508112, 738" // 784·8·9·(1 + 8) + 8·10; 8·9 + 8·72 + 80 weights + 10 biases
    })
    void workAndWeightsAreThoseOfTheJavadoc(BenchModel model, long macs, long weights) {
        OnnxGraph graph = OnnxReader.read(model.bytes());
        assertThat(graph.initializers().values().stream()
                        .mapToLong(t -> t.elements())
                        .sum())
                .isEqualTo(weights);
        assertThat(CostModel.of(graph).macs()).isEqualTo(macs);
    }

    @ParameterizedTest
    @EnumSource(BenchModel.class)
    void bytesAndInputsRepeatAndSeedsDiffer(BenchModel model) {
        byte[] bytes = model.bytes();
        assertThat(model.bytes()).isEqualTo(bytes);
        float[] input = model.input(1);
        assertThat(model.input(1)).containsExactly(input).isNotEqualTo(model.input(2));
        assertThat(model.input(1).length)
                .isEqualTo((int) Arrays.stream(model.shape()).reduce(1, (a, b) -> a * b));
        long[] shape = model.shape();
        shape[0] = 9;
        assertThat(model.shape()[0]).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(BenchModel.class)
    void answersAreNeitherConstantNorSaturated(BenchModel model) {
        try (InferenceSession session = new OnnxRuntimeEngine().open(model.bytes(), SessionOptions.defaults())) {
            float[] first = session.predict(model.input(1), 0);
            float[] second = session.predict(model.input(2), 0);
            assertThat(first).hasSize(10).isNotEqualTo(second);
            for (float value : first) {
                assertThat(Math.abs(value)).isLessThan(10);
            }
            assertThat(session.sampleLength()).isEqualTo(model.input(1).length);
        }
    }

    /** A dense layer by hand, in doubles, is what the graph computes. */
    @Test
    void theSmallModelIsThreeDenseLayersWithReluBetween() {
        OnnxGraph graph = OnnxReader.read(BenchModel.SMALL_MLP.bytes());
        float[] input = BenchModel.SMALL_MLP.input(5);
        double[] at = new double[input.length];
        Arrays.setAll(at, i -> input[i]);
        for (int layer = 1; layer <= 3; layer++) {
            float[] w = graph.initializers().get("w" + layer).floats();
            float[] b = graph.initializers().get("b" + layer).floats();
            double[] next = new double[b.length];
            for (int j = 0; j < b.length; j++) {
                next[j] = b[j];
                for (int i = 0; i < at.length; i++) {
                    next[j] += at[i] * w[i * b.length + j];
                }
                next[j] = layer < 3 ? Math.max(0, next[j]) : next[j];
            }
            at = next;
        }
        try (InferenceSession session =
                new OnnxRuntimeEngine().open(BenchModel.SMALL_MLP.bytes(), SessionOptions.defaults())) {
            float[] answer = session.predict(input, 0);
            for (int i = 0; i < answer.length; i++) {
                assertThat((double) answer[i]).isCloseTo(at[i], within(1e-5));
            }
        }
    }

    @Test
    void recordedLatenciesAreAroundOneMillisecondWithATail() {
        long[] latencies = RecorderBenchmark.latencies(1);
        assertThat(latencies).hasSize(RecorderBenchmark.LATENCIES).containsExactly(RecorderBenchmark.latencies(1));
        assertThat(latencies).isNotEqualTo(RecorderBenchmark.latencies(2));
        long[] sorted = latencies.clone();
        Arrays.sort(sorted);
        assertThat((double) sorted[sorted.length / 2]).isBetween(0.9e6, 1.1e6);
        assertThat(sorted[0]).isPositive();
        assertThat(sorted[sorted.length - 1]).isGreaterThan(5_000_000);
    }

    @ParameterizedTest
    @EnumSource(RecorderBenchmark.Side.class)
    void everyRecorderTakesEveryLatency(RecorderBenchmark.Side side) {
        LongConsumer recorder = side.recorder();
        assertThat(side.recorder()).as("each its own").isNotSameAs(recorder);
        for (long latency : RecorderBenchmark.latencies(3)) {
            recorder.accept(latency);
        }
    }

    @Test
    void ourRecorderCountsWhatTheBenchmarkRecords() {
        LatencyRecorder recorder = new LatencyRecorder();
        LatencyRecorder.Snapshot before = recorder.snapshot();
        long[] latencies = RecorderBenchmark.latencies(3);
        for (long latency : latencies) {
            recorder.success(latency);
        }
        assertThat(recorder.snapshot().since(before).successes()).isEqualTo(latencies.length);
    }

    @Test
    void theRegistryOfTheBenchmarkHoldsWhatItsJavadocSays(@TempDir Path home) {
        try (EdgeModelRegistry registry = EdgeModelRegistry.open(home)) {
            List<VersionRef> active = RegistryReadBenchmark.filled(registry);
            assertThat(active).hasSize(RegistryReadBenchmark.MODELS).allSatisfy(ref -> assertThat(ref.number())
                    .isEqualTo(2));
            assertThat(registry.models()).hasSize(RegistryReadBenchmark.MODELS);
            for (VersionRef ref : active) {
                String model = ref.model().name();
                assertThat(RegistryReadBenchmark.Side.ACTIVE.read(registry, model, ref))
                        .isEqualTo(RegistryReadBenchmark.Side.GET.read(registry, model, ref));
                assertThat((List<?>) RegistryReadBenchmark.Side.VERSIONS.read(registry, model, ref))
                        .hasSize(RegistryReadBenchmark.VERSIONS);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 100})
    void halfOfTheSitesRunSomethingAndOneMoreFindsAPlace(int sites) {
        PlacementEngine engine = PlacementEngine.defaults();
        PlacementState state = PlacementDecisionBenchmark.state(sites, engine);
        assertThat(state.topology().sites()).hasSize(sites);
        assertThat(state.replicas("running")).isEqualTo(sites / 2);
        Decision first = engine.decide(PlacementDecisionBenchmark.workload("asked"), state);
        Decision again = engine.decide(PlacementDecisionBenchmark.workload("asked"), state);
        assertThat(first.assignment()).isPresent();
        assertThat(again.orThrow().site()).isEqualTo(first.orThrow().site());
        assertThat(state.replicas("asked")).as("deciding changes nothing").isZero();
    }

    @Test
    void everyBenchmarkIsFoundByItsName() {
        assertThat(BenchmarkReport.names())
                .extracting(name -> name.substring(name.lastIndexOf('.') + 1))
                .containsExactlyInAnyOrder(
                        "ChangeBenchmark",
                        "DetectorBenchmark",
                        "EndpointBenchmark",
                        "HttpBenchmark",
                        "OnlinePlacementBenchmark",
                        "PlacementDecisionBenchmark",
                        "RecorderBenchmark",
                        "RegistryReadBenchmark",
                        "RouteBenchmark",
                        "TreesBenchmark");
    }
}
