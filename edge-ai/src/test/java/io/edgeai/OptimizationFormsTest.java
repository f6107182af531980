package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.partition.ShardAxis;
import io.edgeai.optimize.weightonly.BlockMethod;
import io.edgeai.optimize.weightonly.BlockSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Forms of an optimization through the one builder: each becomes a version that says how it was made. */
class OptimizationFormsTest {
    private static final int IN = 128;
    private static final int OUT = 128;
    private static final CalibrationData SAMPLES = CalibrationData.of(samples());

    @TempDir
    Path dir;

    private EdgeAI edge;
    private ModelVersion original;

    @BeforeEach
    void open() {
        edge = EdgeAI.builder().home(dir).build();
        original = edge.registry().register("product", OnnxWriter.toBytes(product()), r -> {});
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private static float[] normal(int count, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static float[][] samples() {
        float[][] samples = new float[8][];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = normal(IN, i);
        }
        return samples;
    }

    /** One sample at a time. */
    private static OnnxGraph product() {
        OnnxGraph graph = OnnxGraph.create("product", 17);
        graph.inputs()
                .add(new OnnxValue("x", new OnnxType.OfTensor(ElementType.FLOAT, List.of(Dim.of(1), Dim.of(IN)))));
        graph.outputs()
                .add(new OnnxValue("y", new OnnxType.OfTensor(ElementType.FLOAT, List.of(Dim.of(1), Dim.of(OUT)))));
        graph.initializers().put("w", OnnxTensor.ofFloats(normal(IN * OUT, 99), IN, OUT));
        graph.add("MatMul", "product", List.of("x", "w"), List.of("y"));
        return graph;
    }

    private Optimized made(UnaryOperator<Optimization> how) {
        Optimized made = how.apply(
                        edge.optimize(original).recipe(r -> r.latencyRounds(0).samples(SAMPLES)))
                .run();
        assertThat(made.kept()).as(made.report().outcome()).isTrue();
        return made;
    }

    @Test
    void eachFormIsAVersionThatSaysHowItWasMade() {
        long weights = (long) IN * OUT;
        BlockSettings blocks = BlockSettings.defaults().blockSize(128);
        Optimized opened = made(Optimization::freeBatch);
        Optimized sharded = made(o -> o.splitLayer("y", 2, ShardAxis.OUTPUTS).fp16());
        Optimized brain = made(Optimization::bf16);
        Optimized small = made(o -> o.blocks(blocks.method(BlockMethod.HALF_QUADRATIC)));
        Optimized fitted = made(o -> o.freeBatch().blocks(blocks.method(BlockMethod.GPTQ), SAMPLES));

        assertThat(opened.version().derivation()).isEqualTo("dynamic-batching");
        assertThat(opened.version().signature().inputs().get(0).shape().get(0).known())
                .as("the batch")
                .isFalse();
        assertThat(sharded.version().derivation()).isEqualTo("partitioning+fp16-weights");
        assertThat(brain.report().bytesAfter()).isBetween(2 * weights, 2 * weights + 500);
        assertThat(small.version().derivation()).isEqualTo("int4-weights");
        assertThat(small.report().bytesAfter()).isBetween(weights / 2, weights / 2 + weights / 128 * 4 + 700);
        assertThat(fitted.version().derivation()).isEqualTo("dynamic-batching+int4-weights");
    }

    @Test
    void oneScaleAWeight() {
        ModelVersion conv = edge.registry().register("conv", OnnxWriter.toBytes(Fixtures.conv()), r -> {});
        Optimized made = edge.optimize(conv)
                .int8(Fixtures.images(32, 3))
                .perTensor()
                .recipe(r -> r.latencyRounds(0))
                .run();
        assertThat(made.report().recipe()).contains("one scale a weight");
        assertThat(made.version().derivation()).isEqualTo("int8-static");
    }
}
