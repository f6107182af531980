package io.edgeai.optimize.weightonly;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.optimize.quantize.FloatNode;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.quantize.StoredBytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Matrices of MatMul and Gemm in blocks of 4 or 8 bits ({@code com.microsoft.MatMulNBits}), embedding tables likewise
 * ({@code com.microsoft.GatherBlockQuantized}). What has no block form is stored in bytes ({@link StoredBytes}).
 * Not thread-safe.
 */
public final class BlockQuantizer {
    private static final String DOMAIN = "com.microsoft";
    /** Shallower matrices are smaller than their scales are worth. */
    private static final int LEAST_DEPTH = 32;

    private final OnnxGraph graph;
    private final BlockSettings settings;
    private final FreshNames names;
    private final Map<String, Integer> ops = new HashMap<>();
    private final List<FloatNode> left = new ArrayList<>();
    private final List<String> layers = new ArrayList<>();
    private final Map<String, BlockMatrix> matrices = new HashMap<>();
    private final Map<String, List<String>> stored = new HashMap<>();
    private final List<OnnxNode> emitted = new ArrayList<>();
    private @Nullable InputCorrelations correlations;

    private BlockQuantizer(OnnxGraph copy, BlockSettings settings) {
        this.graph = copy;
        this.settings = settings;
        this.names = new FreshNames(copy);
    }

    /**
     * Quantizes a copy of the graph without data.
     *
     * @throws InvalidInputException for {@link BlockMethod#GPTQ}, which needs samples
     */
    public static Quantized apply(OnnxGraph simplified, BlockSettings settings) {
        if (settings.method() == BlockMethod.GPTQ) {
            throw new InvalidInputException(
                    "method (GPTQ) needs samples. Maybe pass InputSamples, or use HALF_QUADRATIC.");
        }
        return new BlockQuantizer(simplified.copy(), settings).run();
    }

    /**
     * Quantizes a copy of the graph; samples are used by {@link BlockMethod#GPTQ} only.
     *
     * @throws InvalidInputException naming a value that becomes NaN or infinite on a sample
     * @throws io.edgeai.core.error.OperationCancelledException where the progress listener says so
     */
    public static Quantized apply(OnnxGraph simplified, BlockSettings settings, InputSamples samples) {
        BlockQuantizer quantizer = new BlockQuantizer(simplified.copy(), settings);
        if (settings.method() == BlockMethod.GPTQ) {
            quantizer.correlations = new InputCorrelations(simplified, samples, quantizer.inputs());
        }
        return quantizer.run();
    }

    /** Inputs of all matrices with their last dimension, in the order of {@link #run}. */
    private Map<String, Integer> inputs() {
        Map<String, Integer> inputs = new LinkedHashMap<>();
        for (OnnxNode node : graph.nodes()) {
            if (isProduct(node) && refusal(node).isEmpty()) {
                inputs.put(node.input(0), depth(node));
            }
        }
        return inputs;
    }

    private Quantized run() {
        for (OnnxNode node : List.copyOf(graph.nodes())) {
            String refusal = isProduct(node) ? refusal(node) : "";
            if (!refusal.isEmpty()) {
                left.add(new FloatNode(node.output(0), node.op(), refusal));
                emitted.add(node);
            } else if (isProduct(node)) {
                ops.merge(node.op() + " (" + settings.bits() + " bits)", 1, Integer::sum);
                layers.add(node.output(0));
                multiply(node);
            } else if (settings.embeddings() && isTable(node)) {
                ops.merge("Gather (" + settings.bits() + " bits)", 1, Integer::sum);
                gather(node);
            } else {
                emitted.add(node);
            }
        }
        graph.nodes().clear();
        graph.nodes().addAll(emitted);
        Cleanup.deadCode(graph);
        if (!ops.isEmpty()) {
            graph.info().opsets().putIfAbsent(DOMAIN, 1L);
        }
        Quantized rest = StoredBytes.apply(graph, settings.keepFloat());
        rest.quantizedOps().forEach((op, count) -> ops.merge(op, count, Integer::sum));
        return new Quantized(rest.graph(), ops, left, layers);
    }

    private static boolean isProduct(OnnxNode node) {
        return node.domain().isEmpty()
                && (node.op().equals("MatMul") || node.op().equals("Gemm"));
    }

    private String refusal(OnnxNode node) {
        OnnxTensor weight = graph.initializers().get(node.input(1));
        if (settings.keepFloat().contains(node.output(0))) {
            return "kept float by the recipe";
        }
        if (weight == null) {
            return graph.initializers().containsKey(node.input(0))
                    ? "its constant is the left factor"
                    : "both its factors are computed";
        }
        if (weight.type() != ElementType.FLOAT || weight.rank() != 2) {
            return "its weight is (" + weight + "), not a FLOAT matrix";
        }
        if (weight.elements() < settings.leastElements() || depth(node) < LEAST_DEPTH) {
            return "its weight is small: " + weight;
        }
        boolean plain = node.floatAttribute("alpha", 1) == 1
                && node.floatAttribute("beta", 1) == 1
                && node.intAttribute("transA", 0) == 0;
        return plain ? "" : "alpha, beta or transA has no form in blocks";
    }

    private int depth(OnnxNode node) {
        OnnxTensor weight = Objects.requireNonNull(graph.initializers().get(node.input(1)), node.input(1));
        return Math.toIntExact(node.intAttribute("transB", 0) == 0 ? weight.dim(0) : weight.dim(1));
    }

    private void multiply(OnnxNode node) {
        String key = node.input(1) + "/" + node.intAttribute("transB", 0) + "/"
                + (correlations == null ? "" : node.input(0));
        BlockMatrix matrix = matrices.computeIfAbsent(key, k -> matrix(node));
        List<String> parts = stored.computeIfAbsent(key, k -> store(node.input(1), matrix, matrix.packedLevels()));
        boolean biased = node.op().equals("Gemm") && !node.input(2).isEmpty();
        String product = biased ? names.of(node.output(0) + "_product") : node.output(0);
        List<String> inputs = new ArrayList<>(List.of(node.input(0)));
        inputs.addAll(parts);
        emitted.add(new OnnxNode("MatMulNBits", node.name(), inputs, List.of(product))
                .domain(DOMAIN)
                .attribute("K", matrix.columns)
                .attribute("N", matrix.rows)
                .attribute("bits", matrix.bits)
                .attribute("block_size", matrix.blockSize)
                .attribute("accuracy_level", settings.integerProducts() ? 4 : 0));
        if (biased) {
            emitted.add(new OnnxNode("Add", "", List.of(product, node.input(2)), List.of(node.output(0))));
        }
    }

    private BlockMatrix matrix(OnnxNode node) {
        OnnxTensor weight = Objects.requireNonNull(graph.initializers().get(node.input(1)), node.input(1));
        boolean transposed = node.intAttribute("transB", 0) != 0;
        int rows = Math.toIntExact(weight.dim(transposed ? 0 : 1));
        int columns = depth(node);
        float[] values = transposed ? weight.floats() : transposed(weight.floats(), columns, rows);
        return correlations == null
                ? Rounding.quantize(values, rows, columns, settings)
                : Gptq.quantize(values, rows, columns, correlations.of(node.input(0)), settings);
    }

    private static float[] transposed(float[] matrix, int height, int width) {
        float[] to = new float[matrix.length];
        for (int r = 0; r < height; r++) {
            for (int c = 0; c < width; c++) {
                to[c * height + r] = matrix[r * width + c];
            }
        }
        return to;
    }

    private List<String> store(String name, BlockMatrix matrix, OnnxTensor levels) {
        List<String> parts = new ArrayList<>();
        String prefix = name + "_q" + matrix.bits;
        parts.add(constant(prefix, levels));
        parts.add(constant(prefix + "_scale", matrix.scaleTensor()));
        if (matrix.asymmetric) {
            parts.add(constant(prefix + "_zero", matrix.zeroTensor()));
        }
        return parts;
    }

    private String constant(String wish, OnnxTensor tensor) {
        String name = names.of(wish);
        graph.initializers().put(name, tensor);
        return name;
    }

    private boolean isTable(OnnxNode node) {
        OnnxTensor table = graph.initializers().get(node.input(0));
        return node.op().equals("Gather")
                && node.domain().isEmpty()
                && node.intAttribute("axis", 0) == 0
                && table != null
                && table.type() == ElementType.FLOAT
                && table.rank() == 2
                && table.elements() >= settings.leastElements()
                && table.dim(1) % settings.blockSize() == 0
                && !settings.keepFloat().contains(node.output(0));
    }

    private void gather(OnnxNode node) {
        List<String> parts = stored.computeIfAbsent(node.input(0) + "/table", k -> table(node.input(0)));
        List<String> inputs = new ArrayList<>(List.of(parts.get(0), node.input(1)));
        inputs.addAll(parts.subList(1, parts.size()));
        emitted.add(new OnnxNode("GatherBlockQuantized", node.name(), inputs, node.outputs())
                .domain(DOMAIN)
                .attribute("gather_axis", 0)
                .attribute("quantize_axis", 1)
                .attribute("bits", settings.bits())
                .attribute("block_size", settings.blockSize()));
    }

    private List<String> table(String name) {
        OnnxTensor table = Objects.requireNonNull(graph.initializers().get(name), name);
        int rows = Math.toIntExact(table.dim(0));
        int columns = Math.toIntExact(table.dim(1));
        BlockMethod method = settings.method() == BlockMethod.GPTQ ? BlockMethod.ROUND : settings.method();
        BlockMatrix matrix = Rounding.quantize(table.floats(), rows, columns, settings.method(method));
        List<String> parts = new ArrayList<>(store(name, matrix, matrix.packedRows()));
        OnnxTensor scales = matrix.scaleTensor().reshape(rows, matrix.blocks);
        graph.initializers().put(parts.get(1), scales);
        if (matrix.asymmetric) {
            OnnxTensor zeros = matrix.zeroTensor();
            graph.initializers().put(parts.get(2), zeros.reshape(rows, zeros.elements() / rows));
        }
        return parts;
    }
}
