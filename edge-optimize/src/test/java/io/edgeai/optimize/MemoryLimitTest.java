package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.search.Trial;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A product whose weights take a known number of bytes, in processes whose memory the system counts. */
class MemoryLimitTest {
    private static final int SIDE = 4096;
    private static final long WEIGHTS = 4L * SIDE * SIDE;

    @BeforeEach
    void whereTheSystemTells() {
        assumeThat(Files.exists(Path.of("/proc/self/status"))).isTrue();
    }

    private static OnnxGraph product(int side) {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, side).weight("w", 0.02, side, side);
        b.node("MatMul", "y", "x", "w");
        return b.output("y", 2).graph();
    }

    private static ProcessMemory memory(int side) {
        return ProcessMemory.of(product(side), Map.of("x", Tensor.of(Ort.normal(new Random(1), side), 1, side)));
    }

    @Test
    void aProcessHoldsItsWeightsAndNotMuchMore() {
        ProcessMemory small = memory(8);
        ProcessMemory large = memory(SIDE);
        assertThat(small.why()).isEmpty();
        assertThat(small.bytes()).as("a Java machine and an engine").isBetween(20L << 20, 400L << 20);
        assertThat(large.bytes() - small.bytes())
                .as("64 MB of weights, read once and packed once at most, beside noise")
                .isBetween(WEIGHTS * 9 / 10, 4 * WEIGHTS);
    }

    @Test
    void whatHoldsTooMuchIsRefusedWithBothFigures() {
        OnnxGraph graph = product(512);
        OptimizationResult none = run(graph, Recipe.builder().fp16().maxMemory(10 << 20));
        OptimizationResult room = run(graph, Recipe.builder().fp16().maxMemory(2L << 30));

        assertThat(none.graph()).isSameAs(graph);
        assertThat(none.report().outcome()).contains("a process of its own holds", "more than 10.0 MB");
        assertThat(none.report().trials()).extracting(Trial::outcome).containsOnly(Trial.Outcome.REFUSED);
        assertThat(room.report().kept()).isTrue();
        assertThat(room.report().warnings())
                .anyMatch(line -> line.startsWith("A process of its own held at most") && line.contains("original"));
        assertThat(room.report().recipe()).contains("a process of at most " + (2L << 30) + " bytes");
    }

    @Test
    void whatIsNotAskedForIsNotMeasured() {
        OptimizationResult result = run(product(128), Recipe.builder().fp16());
        assertThat(result.report().warnings()).noneMatch(line -> line.contains("process of its own"));
        assertThat(Recipe.builder().fp16().build().maxMemory()).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> Recipe.builder().maxMemory(0)).isInstanceOf(InvalidInputException.class);
    }

    private static OptimizationResult run(OnnxGraph graph, Recipe.Builder recipe) {
        int side = (int) graph.initializers().get("w").dim(0);
        CalibrationData sample = CalibrationData.of(new float[][] {Ort.normal(new Random(1), side)});
        return InferenceOptimizer.ofDefaults()
                .optimize(graph, recipe.samples(sample).latencyRounds(0).build());
    }
}
