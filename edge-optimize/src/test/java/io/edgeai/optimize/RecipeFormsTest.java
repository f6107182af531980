package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.OptimizationKind;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.calibration.Calibrator;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.fidelity.Fidelity;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.partition.ShardAxis;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.quantize.StaticQuantizer;
import io.edgeai.optimize.search.Trial;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import io.edgeai.optimize.testing.RedundantNets;
import io.edgeai.optimize.weightonly.BlockMethod;
import io.edgeai.optimize.weightonly.BlockSettings;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Forms that a recipe can ask for by name; sizes are counted, bits are rounded and batches are compared by hand. */
class RecipeFormsTest {
    private static final int IN = 256;
    private static final int HIDDEN = 512;

    private final CalibrationData vectors = CalibrationData.of(vectors(24, 3));
    private final CalibrationData images =
            CalibrationData.of(NoiseImages.of(32, 5).values());

    private static float[][] vectors(int count, long seed) {
        Random random = new Random(seed);
        float[][] values = new float[count][];
        for (int i = 0; i < count; i++) {
            values[i] = Ort.normal(random, IN);
        }
        return values;
    }

    private static OnnxGraph products() {
        GraphBuilder b = new GraphBuilder(13, 40).input("x", -1, IN).weight("w1", 0.1, IN, HIDDEN);
        b.weight("w2", 0.1, HIDDEN, IN);
        b.node("MatMul", "h", "x", "w1");
        b.node("Relu", "r", "h");
        b.node("MatMul", "y", "r", "w2");
        return b.output("y", 2).graph();
    }

    private static OptimizationResult run(OnnxGraph graph, Recipe.Builder recipe) {
        return InferenceOptimizer.ofDefaults()
                .optimize(graph, recipe.latencyRounds(0).build());
    }

    private static Trial kept(OptimizationResult result) {
        return result.report().trials().stream()
                .filter(Trial::accepted)
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"4, 16, ROUND", "4, 128, HALF_QUADRATIC", "4, 64, GPTQ", "8, 32, ROUND"})
    void blocksAreAsLargeAsAskedFor(int bits, int size, BlockMethod method) {
        BlockSettings settings =
                BlockSettings.defaults().bits(bits).blockSize(size).method(method);
        OptimizationResult result = run(products(), Recipe.builder().blocks(settings, vectors));
        long weights = 2L * IN * HIDDEN;
        long stored = weights * bits / 8 + weights / size * Float.BYTES;
        assertThat(result.report().bytesAfter()).isBetween(stored, stored + 1500);
        assertThat(kept(result).kind())
                .isEqualTo(bits == 4 ? OptimizationKind.INT4_WEIGHTS : OptimizationKind.INT8_WEIGHTS);
        assertThat(result.report().outcome()).contains("INT" + bits + " blocks of " + size);
        assertThat(result.report().recipe()).contains(settings.inWords());
    }

    @Test
    void betterLevelsCostNoBytes() {
        BlockSettings wide = BlockSettings.defaults().blockSize(128);
        OptimizationResult rounded = run(products(), Recipe.builder().blocks(wide, vectors));
        OptimizationResult fitted = run(products(), Recipe.builder().blocks(wide.method(BlockMethod.GPTQ), vectors));
        assertThat(kept(fitted).figures().sqnrDb())
                .isGreaterThan(kept(rounded).figures().sqnrDb());
        assertThat(fitted.report().bytesAfter()).isEqualTo(rounded.report().bytesAfter());
    }

    /** bfloat16 is the upper half of a float, rounded to even; the answers are those of such weights. */
    @Test
    void halfOfTheBitsWithTheWholeRange() {
        OnnxGraph graph = products();
        float[] large = graph.initializers().get("w1").floats();
        large[0] = 1e6f;
        graph.initializers().put("w1", OnnxTensor.ofFloats(large, IN, HIDDEN));
        OptimizationResult result = run(graph, Recipe.builder().bf16().samples(vectors));
        OnnxGraph byHand = graph.copy();
        for (String name : List.of("w1", "w2")) {
            OnnxTensor weight = graph.initializers().get(name);
            float[] values = weight.floats();
            for (int i = 0; i < values.length; i++) {
                int bits = Float.floatToIntBits(values[i]);
                values[i] = Float.intBitsToFloat(bits + 0x7FFF + (bits >>> 16 & 1) & 0xFFFF0000);
            }
            byHand.initializers().put(name, OnnxTensor.ofFloats(values, weight.dim(0), weight.dim(1)));
        }
        Map<String, Tensor> x = Map.of("x", Tensor.of(Ort.normal(new Random(8), IN), 1, IN));
        float[] expected = Ort.run(byHand, x).get("y").floats();
        assertThat(Ort.run(result.graph(), x).get("y").floats()).containsExactly(expected, within(1f));
        assertThat(result.report().sizeChange()).isBetween(-0.51, -0.49);
        assertThat(result.report().outcome()).contains("BF16 weights");
        assertThat(result.report().left()).as("1e6 has its place in bfloat16").isEmpty();
    }

    /** The same function with channels of very unequal weights, which one scale for all of them rounds away. */
    private static OnnxGraph unequal() {
        int width = 16;
        OnnxGraph graph = RedundantNets.narrow(width, 6);
        float[] first = graph.initializers().get("c1_w").floats();
        float[] bias = graph.initializers().get("c1_b").floats();
        float[] second = graph.initializers().get("c2_w").floats();
        for (int c = 0; c < width; c++) {
            float factor = (float) Math.pow(10, -2 + 4.0 * c / (width - 1));
            for (int i = 0; i < 27; i++) {
                first[c * 27 + i] *= factor;
            }
            bias[c] *= factor;
            for (int o = 0; o < width; o++) {
                for (int k = 0; k < 9; k++) {
                    second[(o * width + c) * 9 + k] /= factor;
                }
            }
        }
        graph.initializers().put("c1_w", OnnxTensor.ofFloats(first, width, 3, 3, 3));
        graph.initializers().put("c1_b", OnnxTensor.ofFloats(bias, width));
        graph.initializers().put("c2_w", OnnxTensor.ofFloats(second, width, width, 3, 3));
        return graph;
    }

    @Test
    void oneScaleAWeightFitsOnceLayersAreEqualized() {
        OnnxGraph graph = unequal();
        OptimizationResult result = run(graph, Recipe.builder().int8(images).perTensor());
        OnnxGraph base = GraphPasses.simplified(graph, Ort.runtime());
        StaticQuantizer plain =
                new StaticQuantizer(base, QuantizeSettings.defaults().perChannel(false));
        OnnxGraph naive = plain.quantize(new Calibrator(Ort.runtime())
                        .ranges(base, images.feeds(graph), plain.values(), CalibrationMethod.MIN_MAX, Progress.NONE))
                .graph();

        assertThat(result.report().kept()).as(result.report().outcome()).isTrue();
        assertThat(kept(result).figures().sqnrDb()).isGreaterThan(25).isGreaterThan(sqnr(graph, naive) + 10);
        assertThat(result.graph().initializers().values())
                .filteredOn(tensor -> tensor.type() == ElementType.FLOAT)
                .as("no weight has a scale for each channel")
                .noneMatch(tensor -> tensor.rank() == 1 && tensor.elements() == 16);
        assertThat(result.report().warnings())
                .anyMatch(line -> line.startsWith("2 pairs of neighbouring convolutions"));
    }

    private double sqnr(OnnxGraph before, OnnxGraph after) {
        try (var a = Ort.open(before);
                var b = Ort.open(after)) {
            return Fidelity.measure(a, b, images.feeds(before), Progress.NONE)
                    .outputs()
                    .get(0)
                    .sqnrDb();
        }
    }

    private static OnnxGraph single(boolean mixes) {
        GraphBuilder b = new GraphBuilder(13, 11).input("x", 1, 3, 8, 8);
        b.conv("c", "x", 3, 16);
        b.node("Relu", "r", "c");
        b.longs("shape", 1, 16 * 64);
        b.node("Reshape", "flat", "r", "shape");
        b.weight("fc_w", 0.05, 16 * 64, 5).weight("fc_b", 0.1, 5);
        b.node("Gemm", mixes ? "g" : "y", "flat", "fc_w", "fc_b");
        if (mixes) {
            b.node("Softmax", "y", "g").attribute("axis", 0);
        }
        return b.output("y", 2).graph();
    }

    @ParameterizedTest
    @CsvSource({"false, 1e-4", "true, 0.3"})
    void anOpenBatchGivesEachSampleWhatItGetsAlone(boolean bytes, float tolerance) {
        OnnxGraph graph = single(false);
        Recipe.Builder recipe = Recipe.builder().freeBatch().samples(images);
        OptimizationResult result = run(graph, bytes ? recipe.int8(images) : recipe);
        NoiseImages five = NoiseImages.of(5, 9);
        float[] together = five.answers(result.graph());
        for (int i = 0; i < 5; i++) {
            float[] alone = Ort.run(graph, Map.of("x", Tensor.of(five.values()[i], 1, 3, 8, 8)))
                    .get("y")
                    .floats();
            for (int c = 0; c < 5; c++) {
                assertThat(together[5 * i + c]).isCloseTo(alone[c], within(tolerance));
            }
        }
        assertThat(result.report().warnings()).anyMatch(line -> line.startsWith("The batch is open: in batches of"));
        assertThat(result.report().quantizedOps().containsKey("Conv")).isEqualTo(bytes);
        assertThat(kept(result).kind())
                .isEqualTo(bytes ? OptimizationKind.INT8_STATIC : OptimizationKind.DYNAMIC_BATCHING);
    }

    @Test
    void aModelThatMixesSamplesOrIsOpenIsRefused() {
        assertThatThrownBy(() -> run(single(true), Recipe.builder().freeBatch().samples(images)))
                .isInstanceOf(UnsupportedOperatorException.class);
        assertThatThrownBy(() -> run(
                        GraphBuilder.residualNet(13, 1),
                        Recipe.builder().freeBatch().samples(images)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe its batch is open already");
    }

    @ParameterizedTest
    @CsvSource({"h, OUTPUTS, 4, Concat", "y, INPUTS, 2, Sum"})
    void aLayerInShardsAnswersTheSame(String layer, ShardAxis axis, int shards, String join) {
        OnnxGraph graph = products();
        OptimizationResult result =
                run(graph, Recipe.builder().splitLayer(layer, shards, axis).samples(vectors));
        assertThat(result.graph().nodes().stream().filter(node -> node.op().equals("MatMul")))
                .hasSize(shards + 1);
        assertThat(result.graph().nodes()).extracting(node -> node.op()).contains(join);
        assertThat(kept(result).kind()).isEqualTo(OptimizationKind.PARTITIONING);
        assertThat(kept(result).figures().sqnrDb()).isGreaterThan(90);
        assertThatThrownBy(() -> run(graph, Recipe.builder().splitLayer("nothing", 2, axis)))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void whatDoesNotGoTogetherIsNamed() {
        refused(Recipe.builder().auto(images).freeBatch(), "stand alone or beside a named way");
        refused(Recipe.builder().auto(images).splitLayer("y", 2, ShardAxis.OUTPUTS), "stand alone");
        refused(Recipe.builder().int8Dynamic().perTensor(), "perTensor is for int8");
        refused(
                Recipe.builder().blocks(BlockSettings.defaults().method(BlockMethod.GPTQ)),
                "blocks by GPTQ need samples");
        refused(Recipe.builder().blocks(BlockSettings.defaults()).fp16(), "one of auto");
    }

    private static void refused(Recipe.Builder recipe, String why) {
        assertThatThrownBy(recipe::build)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(why);
    }

    @Test
    void theRecipeKeepsAndNamesItsForms() {
        Recipe recipe = Recipe.builder()
                .int8(images)
                .perTensor()
                .freeBatch()
                .splitLayer("fc", 2, ShardAxis.INPUTS)
                .build();
        for (Recipe each : List.of(recipe, recipe.toBuilder().build())) {
            assertThat(each.toString())
                    .contains("one scale a weight, clips stay", "batch opened", "(fc) in 2 shards by inputs");
            assertThat(each.freesBatch()).isTrue();
            assertThat(each.splits()).containsExactly(new Recipe.LayerSplit("fc", 2, ShardAxis.INPUTS));
        }
        assertThat(Recipe.builder().bf16().build().toString()).contains("bfloat16");
    }
}
