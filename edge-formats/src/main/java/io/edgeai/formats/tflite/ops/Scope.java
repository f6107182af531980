package io.edgeai.formats.tflite.ops;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.emit.Emitter;
import io.edgeai.formats.tflite.file.Quantization;
import io.edgeai.formats.tflite.file.TfliteModel;
import io.edgeai.formats.tflite.file.TfliteTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The values of one subgraph while it is written. Each tensor has up to four forms: real numbers or the integers that
 * stand for them, channels last or first; a form that is asked for and not there is made from one that is, once.
 */
final class Scope {
    final TfliteModel model;
    final TfliteModel.Subgraph graph;
    final Emitter emit;
    private final Map<Integer, @Nullable String[]> forms = new HashMap<>();
    private final Map<Integer, TfliteTensor> folds = new HashMap<>();
    private final Map<Integer, String> resources = new HashMap<>();

    Scope(TfliteModel model, TfliteModel.Subgraph graph, Emitter emit) {
        this.model = model;
        this.graph = graph;
        this.emit = emit;
    }

    TfliteTensor tensor(int index) {
        TfliteTensor folded = folds.get(index);
        return folded != null ? folded : graph.tensors().get(index);
    }

    /** Makes a computed tensor a constant, so that operators see weights as such. */
    void fold(int index, ByteBuffer data) {
        TfliteTensor tensor = tensor(index);
        folds.put(
                index,
                new TfliteTensor(
                        index, tensor.name(), tensor.type(), tensor.dims(), true, data, tensor.quantization(), false));
    }

    /** A tensor stands for a variable. */
    void resource(int index, String variable) {
        resources.put(index, variable);
    }

    /** The variable that a tensor stands for. */
    String resource(int index) {
        String variable = resources.get(index);
        if (variable == null) {
            throw new Unmapped("is given its variable (" + tensor(index).name() + ") from outside");
        }
        return variable;
    }

    private @Nullable String[] forms(int index) {
        return forms.computeIfAbsent(index, k -> new @Nullable String[4]);
    }

    private static int form(boolean real, Layout layout) {
        return (real ? 2 : 0) + (layout == Layout.LAST ? 0 : 1);
    }

    /** Whether the stored form exists in a layout without further nodes. */
    boolean has(int index, Layout layout) {
        return forms(index)[form(false, layout)] != null;
    }

    boolean bound(int index) {
        return tensor(index).constant() || has(index, Layout.LAST) || has(index, Layout.FIRST);
    }

    void bind(int index, Layout layout, String value) {
        forms(index)[form(false, layout)] = value;
    }

    /** A value as stored: integers where the tensor is quantized. */
    String raw(int index, Layout layout) {
        @Nullable String[] forms = forms(index);
        String known = forms[form(false, layout)];
        if (known != null) {
            return known;
        }
        TfliteTensor tensor = tensor(index);
        Layout other = layout == Layout.LAST ? Layout.FIRST : Layout.LAST;
        String made;
        if (tensor.constant()) {
            OnnxTensor constant = Constants.tensor(tensor);
            made = emit.constant(
                    tensor.name(),
                    layout == Layout.LAST ? constant : Constants.transpose(constant, layout.fromOther(tensor.rank())));
        } else {
            String source = forms[form(false, other)];
            if (source == null && tensor.variable()) {
                made = initial(tensor);
            } else if (source == null) {
                throw new ModelFormatException("Tensor (" + tensor.name() + ", number " + index
                        + ") is read before any operator writes it. Maybe the file is damaged.");
            } else {
                made = emit.transpose(source, layout.fromOther(tensor.rank()));
            }
        }
        forms[form(false, layout)] = made;
        return made;
    }

    /** The value a state has before the first call: zero. */
    private String initial(TfliteTensor tensor) {
        ElementType type = element(tensor);
        if (!tensor.fixed()) {
            throw new Unmapped("keeps a state of unknown size");
        }
        long elements = 1;
        for (long dim : tensor.dims()) {
            elements *= dim;
        }
        if (elements > 1 << 21) { // zeros that the file itself does not hold
            throw new Unmapped("keeps a state of (" + elements + ") elements");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) type.bytes(elements)).order(ByteOrder.LITTLE_ENDIAN);
        if (tensor.quantized() && type.bits() == 8) {
            java.util.Arrays.fill(bytes.array(), (byte) tensor.quantization().zeroPoint());
        }
        return emit.constant(tensor.name(), OnnxTensor.ofRaw(type, bytes, tensor.dims()));
    }

    static ElementType element(TfliteTensor tensor) {
        ElementType element = tensor.type().element();
        if (element == null || element == ElementType.COMPLEX64 || element == ElementType.COMPLEX128) {
            throw new Unmapped("works on tensors of type " + tensor.type());
        }
        return element;
    }

    /** A value as real numbers; as stored where the tensor is not quantized. */
    String real(int index, Layout layout) {
        TfliteTensor tensor = tensor(index);
        if (!tensor.quantized()) {
            return raw(index, layout);
        }
        @Nullable String[] forms = forms(index);
        String known = forms[form(true, layout)];
        if (known == null) {
            known = dequantize(
                    raw(index, layout),
                    tensor.quantization(),
                    element(tensor),
                    layout.axis(tensor.quantization().axis(), tensor.rank()));
            forms[form(true, layout)] = known;
        }
        return known;
    }

    /** Binds a tensor to computed real numbers, quantized where the tensor is. */
    void bindReal(int index, Layout layout, String real) {
        TfliteTensor tensor = tensor(index);
        if (!tensor.quantized()) {
            bind(index, layout, real);
            return;
        }
        bind(index, layout, quantize(real, tensor));
    }

    String quantize(String real, TfliteTensor like) {
        Quantization quantization = like.quantization();
        if (quantization.perChannel()) {
            throw new Unmapped("computes a value with a scale for each channel");
        }
        ElementType type = element(like);
        return emit.op("QuantizeLinear", real, emit.scalar(quantization.scale()), emit.scalar(type, (double)
                quantization.zeroPoint()));
    }

    String dequantize(String raw, Quantization quantization, ElementType type, int axis) {
        if (!quantization.perChannel()) {
            return emit.op("DequantizeLinear", raw, emit.scalar(quantization.scale()), emit.scalar(type, (double)
                    quantization.zeroPoint()));
        }
        int channels = quantization.scales().length;
        return emit.add(
                        "DequantizeLinear",
                        raw,
                        emit.constant("scales", OnnxTensor.ofFloats(quantization.scales(), channels)),
                        emit.constant("zero_points", zeroPoints(quantization, type)))
                .attribute("axis", axis)
                .output(0);
    }

    /**
     * Integer weights as real numbers by plain arithmetic. Where the other factor is no quantized value, ONNX Runtime
     * would take DequantizeLinear before a product for leave to round that factor to 8 bits in its own way.
     */
    String plain(String raw, TfliteTensor tensor, int axis) {
        Quantization quantization = tensor.quantization();
        String real = emit.cast(raw, ElementType.FLOAT);
        int channels = quantization.scales().length;
        long[] dims = new long[tensor.rank()];
        java.util.Arrays.fill(dims, 1);
        if (channels > 1) {
            dims[axis] = channels;
        }
        boolean shifted = java.util.Arrays.stream(quantization.zeroPoints()).anyMatch(z -> z != 0);
        if (shifted) {
            float[] points = new float[channels];
            for (int i = 0; i < channels; i++) {
                points[i] = quantization.zeroPoints()[i];
            }
            real = emit.op("Sub", real, emit.constant("zero_points", OnnxTensor.ofFloats(points, dims)));
        }
        return emit.op("Mul", real, emit.constant("scales", OnnxTensor.ofFloats(quantization.scales(), dims)));
    }

    private static OnnxTensor zeroPoints(Quantization quantization, ElementType type) {
        long[] points = quantization.zeroPoints();
        ByteBuffer bytes = ByteBuffer.allocate((int) type.bytes(points.length)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < points.length; i++) {
            if (type.bits() == 8) {
                bytes.put((byte) points[i]);
            } else {
                bytes.putShort((short) points[i]);
            }
        }
        return OnnxTensor.ofRaw(type, bytes.flip(), points.length);
    }

    String output(int index) {
        return Objects.requireNonNull(raw(index, Layout.LAST));
    }
}
