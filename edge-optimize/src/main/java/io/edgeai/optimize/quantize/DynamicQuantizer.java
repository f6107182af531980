package io.edgeai.optimize.quantize;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.pass.FreshNames;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * INT8 without calibration. Matrix products with constant weights find the range of their input at each run
 * (DynamicQuantizeLinear, MatMulInteger, Cast, Mul, Add: the pattern ONNX Runtime fuses); embedding tables keep one byte
 * a value and one scale a row; the weights of convolutions and recurrent layers are only stored in bytes. Not
 * thread-safe.
 */
public final class DynamicQuantizer {
    private static final int LEAST_WEIGHTS = 256;
    private static final int LEAST_DEPTH = 16;
    private static final long OPSET_OF_DYNAMIC_QUANTIZATION = 11;

    private final OnnxGraph graph;
    private final QuantizeSettings settings;
    private final FreshNames names;
    private final Map<String, String[]> inputs = new HashMap<>();
    private final Map<String, String[]> weights = new HashMap<>();
    private final Map<String, Integer> ops = new HashMap<>();
    private final List<FloatNode> left = new ArrayList<>();
    private final List<String> layers = new ArrayList<>();
    private final List<OnnxNode> emitted = new ArrayList<>();

    private DynamicQuantizer(OnnxGraph copy, QuantizeSettings settings) {
        this.graph = copy;
        this.settings = settings;
        this.names = new FreshNames(copy);
    }

    /** Quantizes a copy of the graph. Below operator set 11 weights are only stored in bytes. */
    public static Quantized apply(OnnxGraph simplified, QuantizeSettings settings) {
        return new DynamicQuantizer(simplified.copy(), settings).run();
    }

    private Quantized run() {
        boolean dynamic = graph.info().opset() >= OPSET_OF_DYNAMIC_QUANTIZATION;
        for (OnnxNode node : List.copyOf(graph.nodes())) {
            if (settings.keepFloat().contains(node.output(0))) {
                left.add(new FloatNode(node.output(0), node.op(), "kept float by the recipe"));
                emitted.add(node);
            } else if (dynamic && product(node)) {
                layers.add(node.output(0));
                ops.merge(node.op(), 1, Integer::sum);
                multiply(node);
            } else if (embedding(node)) {
                ops.merge("Gather", 1, Integer::sum);
                gather(node);
            } else {
                explain(node);
                emitted.add(node);
            }
        }
        graph.nodes().clear();
        graph.nodes().addAll(emitted);
        Cleanup.deadCode(graph);
        new WeightOnly(names, settings.top(), ops).apply(graph);
        return new Quantized(graph, ops, left, layers);
    }

    private void explain(OnnxNode node) {
        switch (node.op()) {
            case "Conv", "ConvTranspose", "LSTM", "GRU", "RNN" ->
                left.add(new FloatNode(
                        node.output(0),
                        node.op(),
                        "computes in float from stored bytes: quantizing its input at"
                                + " each run costs more than it saves"));
            case "MatMul", "Gemm" ->
                left.add(new FloatNode(
                        node.output(0),
                        node.op(),
                        "its weight is computed, small or shallow, or its form has no" + " integer kernel"));
            default -> {}
        }
    }

    private boolean product(OnnxNode node) {
        OnnxTensor weight = node.domain().isEmpty() ? weight(node.input(1)) : null;
        if (weight == null || weight.rank() != 2) {
            return false;
        }
        long depth = node.intAttribute("transB", 0) == 0 ? weight.dim(0) : weight.dim(1);
        if (node.op().equals("MatMul")) {
            return depth >= LEAST_DEPTH;
        }
        return node.op().equals("Gemm")
                && depth >= LEAST_DEPTH
                && node.floatAttribute("alpha", 1) == 1
                && node.floatAttribute("beta", 1) == 1
                && node.intAttribute("transA", 0) == 0;
    }

    private boolean embedding(OnnxNode node) {
        OnnxTensor table = node.op().equals("Gather") && node.domain().isEmpty() ? weight(node.input(0)) : null;
        return table != null && table.rank() == 2 && node.intAttribute("axis", 0) == 0;
    }

    private @Nullable OnnxTensor weight(String name) {
        OnnxTensor tensor = graph.initializers().get(name);
        return tensor == null || tensor.type() != ElementType.FLOAT || tensor.elements() < LEAST_WEIGHTS
                ? null
                : tensor;
    }

    private void multiply(OnnxNode node) {
        String output = node.output(0);
        String[] input = inputs.computeIfAbsent(node.input(0), this::quantizedInput);
        String[] weight = weights.computeIfAbsent(
                node.input(1) + "/" + node.intAttribute("transB", 0), key -> storedWeight(node));
        String sum = names.of(output + "_int32");
        String cast = names.of(output + "_cast");
        String scale = names.of(output + "_scale");
        boolean biased = node.op().equals("Gemm") && !node.input(2).isEmpty();
        String product = biased ? names.of(output + "_product") : output;
        add("MatMulInteger", List.of(input[0], weight[0], input[2], weight[2]), sum);
        add("Cast", List.of(sum), cast).attribute("to", ElementType.FLOAT.onnxCode());
        add("Mul", List.of(input[1], weight[1]), scale);
        add("Mul", List.of(cast, scale), product);
        if (biased) {
            add("Add", List.of(product, node.input(2)), output);
        }
    }

    private String[] quantizedInput(String value) {
        String[] parts = {names.of(value + "_u8"), names.of(value + "_u8_scale"), names.of(value + "_u8_zero")};
        emitted.add(new OnnxNode("DynamicQuantizeLinear", "", List.of(value), List.of(parts)));
        return parts;
    }

    private String[] storedWeight(OnnxNode node) {
        String name = node.input(1);
        OnnxTensor weight = graph.initializers().get(name);
        if (weight == null) {
            throw new IllegalStateException("Weight " + name + " vanished.");
        }
        if (node.intAttribute("transB", 0) != 0) {
            weight = transposed(weight);
        }
        ChannelWeights quantized = ChannelWeights.of(weight, 1, settings.top());
        String[] parts = {names.of(name + "_int8"), names.of(name + "_int8_scale"), names.of(name + "_int8_zero")};
        graph.initializers().put(parts[0], quantized.levelTensor());
        graph.initializers().put(parts[1], quantized.scaleTensor());
        graph.initializers().put(parts[2], quantized.zeroTensor());
        return parts;
    }

    private static OnnxTensor transposed(OnnxTensor matrix) {
        int rows = Math.toIntExact(matrix.dim(0));
        int columns = Math.toIntExact(matrix.dim(1));
        FloatBuffer from = matrix.data().asFloatBuffer();
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(rows * columns, 4)).order(ByteOrder.LITTLE_ENDIAN);
        FloatBuffer to = bytes.asFloatBuffer();
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                to.put(c * rows + r, from.get(r * columns + c));
            }
        }
        return OnnxTensor.ofRaw(ElementType.FLOAT, bytes, columns, rows);
    }

    /** Rows and their scales are gathered alike; the product of both is the embedding. */
    private void gather(OnnxNode node) {
        String output = node.output(0);
        String[] table = weights.computeIfAbsent(node.input(0) + "/rows", key -> storedRows(node.input(0)));
        String levels = names.of(output + "_levels");
        String cast = names.of(output + "_levels_cast");
        String scales = names.of(output + "_row_scales");
        add("Gather", List.of(table[0], node.input(1)), levels);
        add("Cast", List.of(levels), cast).attribute("to", ElementType.FLOAT.onnxCode());
        add("Gather", List.of(table[1], node.input(1)), scales);
        add("Mul", List.of(cast, scales), output);
    }

    private String[] storedRows(String name) {
        OnnxTensor weight = graph.initializers().get(name);
        if (weight == null) {
            throw new IllegalStateException("Table " + name + " vanished.");
        }
        ChannelWeights quantized = ChannelWeights.of(weight, 0, settings.top());
        String[] parts = {names.of(name + "_rows"), names.of(name + "_row_scale")};
        graph.initializers().put(parts[0], quantized.levelTensor());
        graph.initializers().put(parts[1], quantized.broadcastScales());
        return parts;
    }

    private OnnxNode add(String op, List<String> nodeInputs, String output) {
        OnnxNode node = new OnnxNode(op, "", nodeInputs, List.of(output));
        emitted.add(node);
        return node;
    }
}
