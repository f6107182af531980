package io.edgeai.optimize.transformer;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.OptimizationKind;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.optimize.correct.HalfRounding;
import io.edgeai.optimize.correct.HalfSensitivity;
import io.edgeai.optimize.correct.InputMoments;
import io.edgeai.optimize.quantize.DynamicQuantizer;
import io.edgeai.optimize.quantize.HalfFormat;
import io.edgeai.optimize.quantize.HalfWeights;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.quantize.RecurrentLayers;
import io.edgeai.optimize.quantize.StoredBytes;
import io.edgeai.optimize.weightonly.BlockMethod;
import io.edgeai.optimize.weightonly.BlockQuantizer;
import io.edgeai.optimize.weightonly.BlockSettings;
import io.edgeai.optimize.weightonly.InputSamples;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ways to make a transformer or recurrent network smaller and faster, to be built and measured one by one: the fastest
 * on most processors first, then more exact or smaller ones. Those that compute in float come fused and as they are: in
 * very small models the engine's own fusions, which then find what they look for, win. Nothing is built before it is
 * asked for. Not thread-safe.
 */
public final class TransformerVariants {
    private static final int BLOCKS_FOR_SPEED = 128;
    private static final int SAMPLES_FOR_ROUNDING = 16;
    private static final int SAMPLES_FOR_RANKING = 4;
    /** Share of the weights that may stay in 32 bits: half of it is what the file grows by. */
    private static final double KEPT_OF_HALVED = 0.02;

    private final OnnxGraph base;
    private final InferenceRuntime runtime;
    private final List<Map<String, Tensor>> feeds;
    private final QuantizeSettings settings;
    private final Progress progress;
    private final Supplier<TransformerFusion.Fused> fused;

    private TransformerVariants(
            OnnxGraph base,
            InferenceRuntime runtime,
            List<Map<String, Tensor>> feeds,
            QuantizeSettings settings,
            Progress progress) {
        this.base = base;
        this.runtime = runtime;
        this.feeds = List.copyOf(feeds);
        this.settings = settings;
        this.progress = progress;
        this.fused = new Once<>(() -> TransformerFusion.apply(base, runtime));
    }

    /**
     * A way to build a candidate.
     *
     * @param name unique among the variants of one model, e.g. {@code "INT4 blocks of 32, GPTQ"}
     * @param kind its family
     * @param build builds it anew at each call; may throw what the parts it is made of throw
     */
    public record Variant(String name, OptimizationKind kind, Supplier<Quantized> build) {}

    /**
     * The variants that make sense for a graph.
     *
     * @param simplified constants are initializers ({@code GraphPasses.simplified})
     * @param feeds typical inputs, one map a run; without any, smoothing and GPTQ are left out
     * @param settings 7-bit weights and what is kept float, for all of them
     */
    public static List<Variant> of(
            OnnxGraph simplified,
            InferenceRuntime runtime,
            List<Map<String, Tensor>> feeds,
            QuantizeSettings settings,
            Progress progress) {
        return new TransformerVariants(simplified, runtime, feeds, settings, progress).list();
    }

    /** Whether a product or an embedding has a constant matrix that is worth blocks; else those variants only store bytes. */
    public static boolean blocksFit(OnnxGraph graph) {
        return graph.nodes().stream().anyMatch(node -> switch (node.op()) {
            case "MatMul", "Gemm" -> large(graph.constant(node.input(1)));
            case "Gather" -> large(graph.constant(node.input(0)));
            default -> false;
        });
    }

    private static boolean large(@Nullable OnnxTensor constant) {
        return constant != null
                && constant.rank() == 2
                && constant.elements() >= BlockSettings.defaults().leastElements();
    }

    /**
     * FP16 weights rounded on up to {@value #SAMPLES_FOR_ROUNDING} of the samples, but for the fiftieth that rounding
     * harms most: the answers of deep convolutional networks keep two to three times as close to the original's. Takes
     * seconds to a minute.
     */
    public static Variant halfOnSamples(
            OnnxGraph simplified, InferenceRuntime runtime, List<Map<String, Tensor>> feeds, Progress progress) {
        List<Map<String, Tensor>> few = feeds.subList(0, Math.min(SAMPLES_FOR_ROUNDING, feeds.size()));
        return new Variant("FP16 weights, rounded on samples", OptimizationKind.FP16_WEIGHTS, () -> {
            InputMoments moments = InputMoments.measure(runtime, simplified, few, true, 1, progress);
            List<Map<String, Tensor>> fewer = few.subList(0, Math.min(SAMPLES_FOR_RANKING, few.size()));
            Map<String, Double> kept = HalfSensitivity.kept(runtime, simplified, fewer, KEPT_OF_HALVED, progress);
            OnnxGraph rounded = HalfRounding.apply(simplified, moments, kept.keySet(), progress);
            return HalfWeights.apply(rounded, HalfFormat.FLOAT16, kept);
        });
    }

    /**
     * Blocks as the settings say.
     *
     * @param feeds typical inputs; needed for GPTQ
     */
    public static Variant inBlocks(
            OnnxGraph simplified,
            InferenceRuntime runtime,
            List<Map<String, Tensor>> feeds,
            BlockSettings blocks,
            Progress progress) {
        OptimizationKind kind = blocks.bits() == 4 ? OptimizationKind.INT4_WEIGHTS : OptimizationKind.INT8_WEIGHTS;
        return new Variant(blocks.inWords(), kind, () -> {
            OnnxGraph graph = TransformerFusion.apply(simplified, runtime).graph();
            return blocks.method() == BlockMethod.GPTQ
                    ? BlockQuantizer.apply(graph, blocks, new InputSamples(runtime, feeds, progress))
                    : BlockQuantizer.apply(graph, blocks);
        });
    }

    private List<Variant> list() {
        List<Variant> list = new ArrayList<>();
        list.add(new Variant(
                "dynamic INT8", OptimizationKind.INT8_DYNAMIC, () -> DynamicQuantizer.apply(graph(), settings)));
        if (!feeds.isEmpty()) {
            list.add(new Variant(
                    "dynamic INT8, smoothed",
                    OptimizationKind.INT8_DYNAMIC,
                    () -> DynamicQuantizer.apply(smoothed(), settings)));
        }
        if (base.nodes().stream().anyMatch(node -> node.op().equals("LSTM"))) {
            list.add(new Variant(
                    "dynamic INT8, recurrent layers stored",
                    OptimizationKind.INT8_DYNAMIC,
                    () -> DynamicQuantizer.apply(graph(), settings, RecurrentLayers.STORED)));
        }
        BlockSettings blocks = BlockSettings.defaults().keepFloat(settings.keepFloat());
        BlockSettings bytes = blocks.bits(8).blockSize(BLOCKS_FOR_SPEED);
        list.add(new Variant(
                "INT8 blocks of 128", OptimizationKind.INT8_WEIGHTS, () -> BlockQuantizer.apply(graph(), bytes)));
        list.add(new Variant(
                "INT8 stored", OptimizationKind.INT8_WEIGHTS, () -> StoredBytes.apply(base, settings.keepFloat())));
        if (TransformerFusion.mayFuse(base)) {
            list.add(new Variant(
                    "INT8 stored, fused",
                    OptimizationKind.INT8_WEIGHTS,
                    () -> StoredBytes.apply(graph(), settings.keepFloat())));
        }
        list.addAll(fourBits(blocks));
        if (TransformerFusion.mayFuse(base)) {
            list.add(new Variant(
                    "FP16 weights, fused", OptimizationKind.FP16_WEIGHTS, () -> HalfWeights.apply(graph())));
        }
        list.add(new Variant("FP16 weights", OptimizationKind.FP16_WEIGHTS, () -> HalfWeights.apply(base)));
        return List.copyOf(list);
    }

    private List<Variant> fourBits(BlockSettings blocks) {
        List<Variant> list = new ArrayList<>();
        if (!feeds.isEmpty()) {
            list.add(new Variant(
                    "INT4 blocks of 32, GPTQ",
                    OptimizationKind.INT4_WEIGHTS,
                    () -> BlockQuantizer.apply(
                            graph(), blocks.method(BlockMethod.GPTQ), new InputSamples(runtime, feeds, progress))));
        }
        list.add(new Variant(
                "INT4 blocks of 32, half-quadratic",
                OptimizationKind.INT4_WEIGHTS,
                () -> BlockQuantizer.apply(graph(), blocks.method(BlockMethod.HALF_QUADRATIC))));
        list.add(new Variant(
                "INT4 blocks of 32", OptimizationKind.INT4_WEIGHTS, () -> BlockQuantizer.apply(graph(), blocks)));
        return list;
    }

    private OnnxGraph graph() {
        return fused.get().graph();
    }

    private OnnxGraph smoothed() {
        return SmoothQuant.apply(graph(), runtime, feeds, settings.keepFloat(), progress)
                .graph();
    }

    /** Computes a value at its first use. */
    private static final class Once<T> implements Supplier<T> {
        private final Supplier<T> source;
        private final List<T> value = new ArrayList<>(1);

        Once(Supplier<T> source) {
            this.source = source;
        }

        @Override
        public T get() {
            if (value.isEmpty()) {
                value.add(source.get());
            }
            return value.get(0);
        }
    }
}
