package io.edgeai.formats.tflite.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TfliteTensor;
import java.util.Map;

/**
 * Convolutions, their transposes and fully connected layers. Weights are laid out for ONNX here; integer weights under
 * a float input are computed as TFLite does it, with the input quantized on the fly ({@link Hybrid}).
 */
final class Convolutions {
    private static final long[] NO_DILATION = {1, 1};

    private Convolutions() {}

    static void register(Map<Builtin, Mapping> all) {
        all.put(Builtin.CONV_2D, Convolutions::conv);
        all.put(Builtin.DEPTHWISE_CONV_2D, Convolutions::depthwise);
        all.put(Builtin.TRANSPOSE_CONV, Convolutions::transposed);
        all.put(Builtin.CONV_3D, Convolutions::conv3d);
        all.put(Builtin.CONV_3D_TRANSPOSE, Convolutions::transposed3d);
        all.put(Builtin.FULLY_CONNECTED, Convolutions::fullyConnected);
        all.put(Builtin.BATCH_MATMUL, Convolutions::batchMatMul);
    }

    private static void conv(Op op) {
        TfliteTensor weights = op.in(1);
        need(weights, 4);
        long[] dims = weights.dims();
        Window window = Window.of(
                op, new long[] {dims[1], dims[2]}, new long[] {op.node.option(2, 0), op.node.option(1, 0)}, new long[] {
                    op.node.option(5, 1), op.node.option(4, 1)
                });
        long channels = op.dim(0, 3);
        long groups = channels > 0 && dims[3] > 0 && channels % dims[3] == 0 ? channels / dims[3] : 1;
        write(op, window, weights(op, 0, 1, 0, 3, 1, 2), groups, op.node.byteOption(3, 0));
    }

    private static void depthwise(Op op) {
        TfliteTensor weights = op.in(1);
        need(weights, 4);
        long[] dims = weights.dims();
        Window window = Window.of(
                op, new long[] {dims[1], dims[2]}, new long[] {op.node.option(2, 0), op.node.option(1, 0)}, new long[] {
                    op.node.option(6, 1), op.node.option(5, 1)
                });
        long channels = op.dim(0, 3);
        if (channels <= 0) {
            channels = dims[3] / Math.max(1, op.node.option(3, 1));
        }
        if (channels <= 0 || dims[3] % channels != 0) {
            throw new Unmapped("has weights " + weights + " for " + channels + " channels");
        }
        write(op, window, weights(op, 0, 1, 3, 0, 1, 2), channels, op.node.byteOption(4, 0));
    }

    private static void conv3d(Op op) {
        TfliteTensor weights = op.in(1); // depth, height, width, in, out
        need(weights, 5);
        long[] dims = weights.dims();
        Window window = Window.of(
                op,
                new long[] {dims[0], dims[1], dims[2]},
                new long[] {op.node.option(1, 0), op.node.option(3, 0), op.node.option(2, 0)},
                new long[] {op.node.option(5, 1), op.node.option(7, 1), op.node.option(6, 1)});
        write(op, window, weights(op, 0, 1, 4, 3, 0, 1, 2), 1, op.node.byteOption(4, 0));
    }

    private static void need(TfliteTensor weights, int rank) {
        if (weights.rank() != rank || !weights.fixed()) {
            throw new Unmapped("has weights of unknown shape");
        }
    }

    private static void write(Op op, Window window, String weights, long groups, int activation) {
        if (op.in(0).rank() != window.kernel().length + 2) {
            throw new Unmapped("convolves " + op.in(0));
        }
        boolean delegated = Builtin.CONV_2D.is(op.node.code());
        Hybrid.Rounding rounding = delegated ? Hybrid.Rounding.DELEGATE : Hybrid.Rounding.ASYMMETRIC;
        String x = Hybrid.input(op, 0, 1, Layout.FIRST, rounding);
        OnnxNode node =
                op.has(2) ? op.emit.add("Conv", x, weights, bias(op, 0, 1, 2)) : op.emit.add("Conv", x, weights);
        window.apply(node, op.in(0));
        if (groups > 1) {
            node.attribute("group", groups);
        }
        op.out(0, Layout.FIRST, op.activate(node.output(0), activation, 0));
    }

    /** Weights as real numbers with their dimensions reordered, the first one the output channels. */
    private static String weights(Op op, int x, int input, int... order) {
        TfliteTensor tensor = op.in(input);
        long[] permutation = new long[order.length];
        int axis = 0;
        for (int i = 0; i < order.length; i++) {
            permutation[i] = order[i];
            axis = order[i] == tensor.quantization().axis() ? i : axis;
        }
        // Integers are turned, not the reals they stand for: ONNX Runtime fails on what it makes of the latter.
        String raw = tensor.constant()
                ? op.emit.constant(tensor.name(), Constants.transpose(Constants.tensor(tensor), permutation))
                : op.emit.transpose(op.raw(input), permutation);
        if (!tensor.quantized()) {
            return raw;
        }
        return op.in(x).quantized()
                ? op.scope.dequantize(raw, tensor.quantization(), Scope.element(tensor), axis)
                : op.scope.plain(raw, tensor, axis);
    }

    /**
     * The bias as real numbers. Integer biases have the product of the input's and the weights' scales, whatever their
     * own note says: that is how the kernels add them.
     */
    static String bias(Op op, int input, int weights, int bias) {
        TfliteTensor tensor = op.in(bias);
        ElementType type = Scope.element(tensor);
        if (type == ElementType.FLOAT || !tensor.constant()) {
            return op.real(bias);
        }
        if (!op.in(input).quantized() || !op.in(weights).quantized()) {
            throw new Unmapped("has an integer bias without scales");
        }
        float[] weightScales = op.in(weights).quantization().scales();
        float[] scales = new float[weightScales.length];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = op.in(input).quantization().scale() * weightScales[i];
        }
        if (type == ElementType.INT32 && Scope.element(op.in(input)).bits() == 8) {
            OnnxTensor values = Constants.tensor(tensor);
            if (scales.length == 1) {
                return op.emit.op(
                        "DequantizeLinear", op.emit.constant(tensor.name(), values), op.emit.scalar(scales[0]));
            }
            return op.emit
                    .add(
                            "DequantizeLinear",
                            op.emit.constant(tensor.name(), values),
                            op.emit.constant("scales", OnnxTensor.ofFloats(scales, scales.length)))
                    .attribute("axis", 0)
                    .output(0);
        }
        long[] whole = Constants.longs(tensor);
        float[] real = new float[whole.length];
        for (int i = 0; i < real.length; i++) {
            real[i] = (float) ((double) whole[i] * scales[scales.length == 1 ? 0 : i]);
        }
        return op.emit.constant(tensor.name(), OnnxTensor.ofFloats(real, real.length));
    }

    private static void transposed(Op op) {
        TfliteTensor weights = op.in(1); // out, height, width, in
        need(weights, 4);
        long[] kernel = {weights.dims()[1], weights.dims()[2]};
        long[] strides = {op.node.option(2, 0), op.node.option(1, 0)};
        Window window = Window.of(op, kernel, strides, NO_DILATION);
        transposed(op, window, weights(op, 2, 1, 3, 0, 1, 2), op.node.byteOption(3, 0));
    }

    private static void transposed3d(Op op) {
        TfliteTensor weights = op.in(1); // depth, height, width, out, in
        need(weights, 5);
        long[] dims = weights.dims();
        Window window = Window.of(
                op,
                new long[] {dims[0], dims[1], dims[2]},
                new long[] {op.node.option(1, 0), op.node.option(3, 0), op.node.option(2, 0)},
                new long[] {op.node.option(5, 1), op.node.option(7, 1), op.node.option(6, 1)});
        transposed(op, window, weights(op, 2, 1, 4, 3, 0, 1, 2), op.node.byteOption(4, 0));
    }

    private static void transposed(Op op, Window window, String weights, int activation) {
        long[] shape = op.longs(0);
        TfliteTensor x = op.in(2);
        int inner = window.kernel().length;
        if (x.rank() != inner + 2) {
            throw new Unmapped("convolves " + x);
        }
        long[] pads = new long[2 * inner];
        long[] extra = new long[inner];
        for (int i = 0; i < inner; i++) {
            long kernel = (window.kernel()[i] - 1) * window.dilations()[i] + 1;
            long stride = window.strides()[i];
            long in = x.dims()[i + 1];
            long out = shape != null && shape.length == inner + 2
                    ? shape[i + 1]
                    : op.outTensor(0).dims()[i + 1];
            long full;
            if (in >= 0 && out >= 0) {
                full = (in - 1) * stride + kernel - out;
            } else if (window.same()) {
                full = kernel - stride; // an output of exactly stride times the input's size
            } else {
                full = Math.min(0, kernel - stride);
            }
            if (full >= 0) {
                pads[i] = full / 2;
                pads[i + inner] = full - full / 2;
            } else {
                extra[i] = -full;
            }
            if (extra[i] >= Math.max(stride, window.dilations()[i]) || full >= 2 * kernel) {
                throw new Unmapped("has an output of (" + out + ") for an input of (" + in + ")");
            }
        }
        String value = op.real(2, Layout.FIRST);
        OnnxNode node = op.has(3)
                ? op.emit.add("ConvTranspose", value, weights, bias(op, 2, 1, 3))
                : op.emit.add("ConvTranspose", value, weights);
        node.attribute("kernel_shape", window.kernel())
                .attribute("strides", window.strides())
                .attribute("dilations", window.dilations())
                .attribute("pads", pads)
                .attribute("output_padding", extra);
        op.out(0, Layout.FIRST, op.activate(node.output(0), activation, 0));
    }

    private static void fullyConnected(Op op) {
        TfliteTensor weights = op.in(1); // out, in
        if (weights.rank() != 2 || op.node.byteOption(1, 0) != 0) {
            throw new Unmapped("has weights in a shuffled layout");
        }
        int activation = op.node.byteOption(0, 0);
        boolean keep = op.node.flag(2, false) && op.in(0).rank() != 2;
        String matrix = weights(op, 0, 1, 1, 0);
        String y;
        if (keep) {
            y = op.emit.op("MatMul", Hybrid.input(op, 0, 1, Layout.LAST, Hybrid.Rounding.DELEGATE), matrix);
            y = op.has(2) ? op.emit.op("Add", y, bias(op, 0, 1, 2)) : y;
        } else {
            if (weights.dims()[1] < 0) {
                throw new Unmapped("has weights of unknown shape");
            }
            boolean rows = op.in(0).rank() == 2 && (op.dim(0, 1) < 0 || op.dim(0, 1) == weights.dims()[1]);
            String x = rows ? op.real(0) : op.moved(0, raw -> op.emit.reshape(raw, -1, weights.dims()[1]));
            if (Hybrid.is(op, 0, 1)) {
                x = Hybrid.rounded(op.emit, x, Hybrid.Rounding.DELEGATE, 1);
            }
            y = op.has(2) ? op.emit.op("Gemm", x, matrix, bias(op, 0, 1, 2)) : op.emit.op("MatMul", x, matrix);
            TfliteTensor out = op.outTensor(0);
            if (out.rank() > 2 && out.fixed()) {
                y = op.emit.reshape(y, out.dims());
            }
        }
        op.out(0, op.activate(y, activation, 0));
    }

    private static void batchMatMul(Op op) {
        Hybrid.Rounding rounding = Hybrid.Rounding.of(op.node.flag(2, false));
        String a = op.node.flag(0, false) ? weights(op, 0, 0, swapped(op.rank(0))) : op.real(0);
        if (op.in(1).constant() && Hybrid.is(op, 0, 1)) {
            a = Hybrid.rounded(op.emit, a, rounding, op.rank(0) - 1);
        }
        String b = op.node.flag(1, false) ? weights(op, 0, 1, swapped(op.rank(1))) : op.weights(1, 0);
        op.out(0, op.emit.op("MatMul", a, b));
    }

    private static int[] swapped(int rank) {
        if (rank < 2) {
            throw new Unmapped("multiplies matrices of rank " + rank);
        }
        int[] permutation = new int[rank];
        for (int i = 0; i < rank; i++) {
            permutation[i] = i < rank - 2 ? i : i == rank - 2 ? rank - 1 : rank - 2;
        }
        return permutation;
    }
}
