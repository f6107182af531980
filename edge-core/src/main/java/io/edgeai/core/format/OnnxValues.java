package io.edgeai.core.format;

import static io.edgeai.core.format.ProtoFields.LENGTH;
import static io.edgeai.core.format.ProtoFields.VARINT;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an ONNX graph takes and gives; field numbers are those of onnx.proto's {@code ValueInfoProto} and
 * {@code TypeProto}. Not thread-safe.
 */
final class OnnxValues {
    private static final int LONGEST = 4096;
    private static final int MOST_DIMS = 255;

    private final Findings findings;
    private final NameHashes constants = new NameHashes();
    private final List<TensorSpec> inputs = new ArrayList<>();
    private final List<TensorSpec> outputs = new ArrayList<>();

    OnnxValues(Findings findings) {
        this.findings = findings;
    }

    /** Names of constants, which before IR version 4 are declared as inputs too. */
    NameHashes names() {
        return constants;
    }

    List<TensorSpec> inputs() {
        return inputs;
    }

    List<TensorSpec> outputs() {
        return outputs;
    }

    void input(ProtoFields value) {
        value(value, "Input", inputs);
    }

    void output(ProtoFields value) {
        value(value, "Output", outputs);
    }

    private void value(ProtoFields value, String what, List<TensorSpec> specs) {
        String name = "";
        long hash = 0;
        ProtoFields type = null;
        while (value.next()) {
            if (value.is(1, LENGTH)) {
                name = value.text(LONGEST);
                hash = value.hash();
            } else if (value.is(2, LENGTH)) {
                type = value.enter();
            }
        }
        OnnxGraphWalk.whole(value);
        if (specs == inputs && constants.contains(hash)) {
            return;
        }
        ElementType element = null;
        List<Dim> shape = null;
        while (type != null && type.next()) {
            if (type.is(1, LENGTH)) {
                ProtoFields tensor = type.enter();
                while (tensor.next()) {
                    if (tensor.is(1, VARINT)) {
                        element = element(tensor.value());
                    } else if (tensor.is(2, LENGTH)) {
                        shape = shape(tensor.enter());
                    }
                }
                OnnxGraphWalk.whole(tensor);
            }
        }
        if (element == null) {
            findings.warn(what + " (" + name + ") is no tensor and left out of the signature.");
            return;
        }
        if (shape == null) {
            findings.warn(what + " (" + name + ") does not state its rank.");
        }
        findings.list(specs, new TensorSpec(name, element, shape == null ? List.of() : shape));
    }

    private static @Nullable ElementType element(long code) {
        return code < 1 || code > 26 ? null : ElementType.ofOnnx((int) code);
    }

    private static List<Dim> shape(ProtoFields shape) {
        List<Dim> dims = new ArrayList<>();
        while (shape.next()) {
            if (!shape.is(1, LENGTH)) {
                continue;
            }
            if (dims.size() == MOST_DIMS) {
                throw new ModelFormatException(
                        "a value has more than (" + MOST_DIMS + ") dimensions. Maybe the file is damaged.");
            }
            Dim dim = Dim.UNKNOWN;
            ProtoFields fields = shape.enter();
            while (fields.next()) {
                if (fields.is(1, VARINT)) {
                    dim = Dim.of(fields.value());
                } else if (fields.is(2, LENGTH)) {
                    dim = fields.length() == 0 ? Dim.UNKNOWN : Dim.symbolic(fields.text(LONGEST));
                }
            }
            OnnxGraphWalk.whole(fields);
            dims.add(dim);
        }
        OnnxGraphWalk.whole(shape);
        return dims;
    }
}
