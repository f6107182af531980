package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Recurrent cells and sequences: LSTM (gates forget, input, cell, output), GRU (update, reset, hidden) and RNN. */
final class Recurrent {
    private static final int[] LSTM_ORDER = {1, 3, 0, 2}; // ONNX wants input, output, forget, cell
    private static final int[] GRU_ORDER = {0, 1, 2};

    private Recurrent() {}

    static void register(Map<String, Mapping> all) {
        all.put("LSTMSequence", op -> sequence(op, "LSTM", LSTM_ORDER));
        all.put("GRUSequence", op -> sequence(op, "GRU", GRU_ORDER));
        all.put("RNNSequence", op -> sequence(op, "RNN", new int[] {0}));
        all.put("LSTMCell", op -> cell(op, "LSTM", LSTM_ORDER));
        all.put("GRUCell", op -> cell(op, "GRU", GRU_ORDER));
        all.put("RNNCell", op -> cell(op, "RNN", new int[] {0}));
    }

    private static OnnxTensor fixed(Layer op, int input, String what) {
        OnnxTensor tensor = op.constant(input);
        if (tensor == null) {
            throw new Unmapped("computes its " + what);
        }
        return tensor;
    }

    /** Weights and bias from input {@code at} on, with directions in front. */
    private static String[] weights(Layer op, int at, int[] order, int directions, String kind) {
        OnnxTensor w = Tensors.blocks(fixed(op, at, "weights"), directions, order);
        OnnxTensor r = Tensors.blocks(fixed(op, at + 1, "weights"), directions, order);
        long units = r.dim(r.rank() - 1);
        long inputs = w.dim(w.rank() - 1);
        long rows = order.length * units;
        String bias = "";
        if (op.has(at + 2)) {
            OnnxTensor given = fixed(op, at + 2, "bias");
            boolean linear = kind.equals("GRU") && op.flag("linear_before_reset", false);
            float[] flat = linear
                    ? given.floats()
                    : Tensors.blocks(given, directions, order).floats();
            int each = flat.length / directions;
            int size = Math.toIntExact(rows);
            float[] both = new float[Math.multiplyExact(2 * directions, size)];
            for (int d = 0; d < directions; d++) {
                int to = 2 * d * size;
                System.arraycopy(flat, d * each, both, to, size);
                if (linear) { // the hidden gate's recurrent bias stands behind the three joint ones
                    int hidden = size / 3;
                    System.arraycopy(flat, d * each + size, both, to + size + 2 * hidden, hidden);
                }
            }
            bias = op.emit.constant(op.ir.name() + "/bias", OnnxTensor.ofFloats(both, directions, 2 * rows));
        }
        return new String[] {
            op.emit.constant(op.ir.name() + "/w", w.reshape(directions, rows, inputs)),
            op.emit.constant(op.ir.name() + "/r", r.reshape(directions, rows, units)),
            bias
        };
    }

    private static void attributes(Layer op, OnnxNode node, String kind, int directions, long hidden) {
        node.attribute("hidden_size", hidden);
        String direction = op.lower("direction", "forward");
        if (directions > 1 || !direction.equals("forward")) {
            node.attribute("direction", direction);
        }
        float clip = op.real("clip", 0);
        if (clip > 0 && clip < Float.MAX_VALUE) {
            node.attribute("clip", clip);
        }
        if (kind.equals("GRU") && op.flag("linear_before_reset", false)) {
            node.attribute("linear_before_reset", 1);
        }
        String given = op.text("activations", "");
        if (!given.isEmpty()) {
            List<com.google.protobuf.ByteString> names = new ArrayList<>();
            for (int d = 0; d < directions; d++) {
                for (String each : given.split(",")) {
                    names.add(com.google.protobuf.ByteString.copyFromUtf8(activation(each.strip())));
                }
            }
            node.attribute("activations", new OnnxAttribute.OfStrings(names));
        }
        if (op.reals("activations_alpha").length > 0 || op.reals("activations_beta").length > 0) {
            throw new Unmapped("has activations with parameters");
        }
    }

    private static String activation(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "sigmoid" -> "Sigmoid";
            case "tanh" -> "Tanh";
            case "relu" -> "Relu";
            default -> throw new Unmapped("has the activation " + name);
        };
    }

    private static void sequence(Layer op, String kind, int[] order) {
        boolean lstm = kind.equals("LSTM");
        int directions = op.lower("direction", "forward").equals("bidirectional") ? 2 : 1;
        int at = lstm ? 4 : 3;
        String[] weights = weights(op, at, order, directions, kind);
        String x = op.emit.transpose(op.in(0), 1, 0, 2);
        String h = op.emit.transpose(op.in(1), 1, 0, 2);
        String lengths = op.emit.cast(op.in(at - 1), ElementType.INT32);
        OnnxNode node = lstm
                ? op.emit.add(
                        kind,
                        3,
                        x,
                        weights[0],
                        weights[1],
                        weights[2],
                        lengths,
                        h,
                        op.emit.transpose(op.in(2), 1, 0, 2))
                : op.emit.add(kind, 2, x, weights[0], weights[1], weights[2], lengths, h);
        attributes(op, node, kind, directions, op.dims(1)[op.rank(1) - 1]);
        op.out(0, op.emit.transpose(node.output(0), 2, 1, 0, 3));
        op.out(1, op.emit.transpose(node.output(1), 1, 0, 2));
        if (lstm) {
            op.out(2, op.emit.transpose(node.output(2), 1, 0, 2));
        }
    }

    private static void cell(Layer op, String kind, int[] order) {
        boolean lstm = kind.equals("LSTM");
        String[] weights = weights(op, lstm ? 3 : 2, order, 1, kind);
        String front = op.emit.longs(0);
        String x = op.emit.op("Unsqueeze", op.in(0), front);
        String h = op.emit.op("Unsqueeze", op.in(1), front);
        OnnxNode node = lstm
                ? op.emit.add(
                        kind, 3, x, weights[0], weights[1], weights[2], "", h, op.emit.op("Unsqueeze", op.in(2), front))
                : op.emit.add(kind, 2, x, weights[0], weights[1], weights[2], "", h);
        attributes(op, node, kind, 1, op.dims(1)[op.rank(1) - 1]);
        op.out(0, op.emit.op("Squeeze", node.output(1), front));
        if (lstm) {
            op.out(1, op.emit.op("Squeeze", node.output(2), front));
        }
    }
}
