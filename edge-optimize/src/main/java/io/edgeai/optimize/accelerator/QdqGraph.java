package io.edgeai.optimize.accelerator;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A graph with QuantizeLinear and DequantizeLinear nodes, looked at: who makes, who reads, what is constant. */
final class QdqGraph {
    static final Set<String> WEIGHTED = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul");

    private final OnnxGraph graph;
    private final Map<String, OnnxNode> producers;
    private final Map<String, List<OnnxNode>> consumers;
    private final Map<String, OnnxTensor> constants = new HashMap<>();
    private final Set<String> outputs = new HashSet<>();

    QdqGraph(OnnxGraph graph) {
        this.graph = graph;
        this.producers = graph.producers();
        this.consumers = graph.consumers();
        constants.putAll(graph.initializers());
        for (OnnxNode node : graph.nodes()) {
            OnnxTensor value = node.op().equals("Constant") ? node.tensorAttribute("value") : null;
            if (value != null) {
                constants.put(node.output(0), value);
            }
        }
        graph.outputs().forEach(output -> outputs.add(output.name()));
    }

    List<OnnxNode> nodes() {
        return graph.nodes();
    }

    @Nullable
    OnnxNode producer(String value) {
        return producers.get(value);
    }

    List<OnnxNode> readers(String value) {
        return consumers.getOrDefault(value, List.of());
    }

    /** The node that alone reads a value which is no output; else null. */
    @Nullable
    OnnxNode onlyReader(String value) {
        List<OnnxNode> readers = readers(value);
        return readers.size() == 1 && !outputs.contains(value) ? readers.get(0) : null;
    }

    @Nullable
    OnnxTensor constant(String value) {
        return constants.get(value);
    }

    static boolean quantizes(@Nullable OnnxNode node) {
        return node != null
                && node.op().equals("QuantizeLinear")
                && node.domain().isEmpty();
    }

    static boolean dequantizes(@Nullable OnnxNode node) {
        return node != null
                && node.op().equals("DequantizeLinear")
                && node.domain().isEmpty();
    }

    /** Whether a value comes out of a DequantizeLinear. */
    boolean dequantized(String value) {
        return dequantizes(producer(value));
    }

    /** Whether a QuantizeLinear or DequantizeLinear works on a constant, itself or through the pair before it. */
    boolean onConstant(OnnxNode linear) {
        if (constant(linear.input(0)) != null) {
            return true;
        }
        OnnxNode before = producer(linear.input(0));
        return quantizes(before) && before != null && constant(before.input(0)) != null;
    }

    /** Whether a QuantizeLinear or DequantizeLinear makes the weights of a weighted node. */
    boolean onWeights(OnnxNode linear) {
        if (!onConstant(linear)) {
            return false;
        }
        for (OnnxNode reader : readers(linear.output(0))) {
            boolean weighted = WEIGHTED.contains(reader.op()) && reader.input(1).equals(linear.output(0));
            if (weighted || (quantizes(linear) && dequantizes(reader) && onWeights(reader))) {
                return true;
            }
        }
        return false;
    }

    /** The type of a QuantizeLinear's output or a DequantizeLinear's input; UINT8 where nothing says otherwise, as in ONNX. */
    ElementType levels(OnnxNode linear) {
        if (dequantizes(linear)) {
            OnnxTensor stored = constant(linear.input(0));
            if (stored != null) {
                return stored.type();
            }
        }
        OnnxTensor zero = constant(linear.input(2));
        if (zero != null) {
            return zero.type();
        }
        OnnxNode before = producer(linear.input(0));
        return dequantizes(linear) && quantizes(before) && before != null ? levels(before) : ElementType.UINT8;
    }

    /** Whether a zero point is left out or zero throughout; null where it is not constant. */
    @Nullable
    Boolean zeroPointIsZero(OnnxNode linear) {
        if (linear.input(2).isEmpty()) {
            return true;
        }
        OnnxTensor zero = constant(linear.input(2));
        if (zero == null) {
            return null;
        }
        java.nio.ByteBuffer bytes = zero.data();
        while (bytes.hasRemaining()) {
            if (bytes.get() != 0) {
                return false;
            }
        }
        return true;
    }

    /** The axis of output channels of a weighted node's weights. */
    static long channelAxis(OnnxNode node, int rank) {
        return switch (node.op()) {
            case "Conv" -> 0;
            case "ConvTranspose" -> 1;
            case "Gemm" -> node.intAttribute("transB", 0) == 1 ? 0 : 1;
            default -> rank - 1L;
        };
    }
}
