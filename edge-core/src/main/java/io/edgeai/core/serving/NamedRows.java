package io.edgeai.core.serving;

import io.edgeai.core.error.InferenceException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.runtime.adapter.InputSpecs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model whose requests can share a run because the first dimension of each input and output is free: tensors are joined
 * along it, nothing is padded, and outputs are taken apart again. Immutable.
 */
final class NamedRows {
    /** Outputs up to so many bytes are dealt out without a copy: who keeps one answer keeps them all. */
    private static final int SHARED_BYTES = 1 << 16;

    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;

    private NamedRows(Signature signature) {
        this.inputs = signature.inputs();
        this.outputs = signature.outputs();
    }

    /** Null where the signature names a tensor without a free first dimension, or none at all. */
    static @Nullable NamedRows of(Signature signature) {
        List<TensorSpec> all = new ArrayList<>(signature.inputs());
        all.addAll(signature.outputs());
        boolean rows = !signature.inputs().isEmpty() && !signature.outputs().isEmpty();
        for (TensorSpec spec : all) {
            rows &= !spec.shape().isEmpty() && !spec.shape().get(0).known() && wholeBytes(spec.type());
        }
        return rows ? new NamedRows(signature) : null;
    }

    private static boolean wholeBytes(ElementType type) {
        return type == ElementType.STRING || type.bits() % 8 == 0;
    }

    /** Rows of a request, the same in each input; 0 where it is no request of that kind. */
    int rows(Map<String, Tensor> request) {
        if (request.size() != inputs.size()) {
            return 0;
        }
        long rows = -1;
        for (TensorSpec spec : inputs) {
            Tensor tensor = request.get(spec.name());
            if (tensor == null || tensor.type() != spec.type()) {
                return 0;
            }
            long[] shape = tensor.shape();
            if (shape.length == 0 || !InputSpecs.fits(spec, shape) || (rows >= 0 && rows != shape[0])) {
                return 0;
            }
            rows = shape[0];
        }
        return rows > BatchCurve.LARGEST ? 0 : (int) rows;
    }

    /** Of a request that has {@link #rows}. */
    RowShape shape(Map<String, Tensor> request) {
        List<Long> dims = new ArrayList<>();
        long elements = 0;
        for (TensorSpec spec : inputs) {
            long each = 1;
            long[] shape = of(request, spec).shape();
            for (int i = 1; i < shape.length; i++) {
                dims.add(shape[i]);
                each *= shape[i];
            }
            elements += each;
        }
        return new RowShape(dims, elements);
    }

    boolean same(Map<String, Tensor> one, Map<String, Tensor> other) {
        for (TensorSpec spec : inputs) {
            Tensor a = of(one, spec);
            Tensor b = of(other, spec);
            boolean equal = a.type() == ElementType.STRING
                    ? Arrays.equals(a.strings(), b.strings())
                    : a.buffer().equals(b.buffer());
            if (!equal) {
                return false;
            }
        }
        return true;
    }

    /** One request of all their rows, in order. */
    Map<String, Tensor> joined(List<Map<String, Tensor>> requests, int rows) {
        Map<String, Tensor> joined = new LinkedHashMap<>();
        for (TensorSpec spec : inputs) {
            long[] shape = of(requests.get(0), spec).shape();
            shape[0] = rows;
            joined.put(
                    spec.name(),
                    spec.type() == ElementType.STRING
                            ? joinedTexts(requests, spec, shape)
                            : joinedNumbers(requests, spec, shape));
        }
        return joined;
    }

    private static Tensor joinedNumbers(List<Map<String, Tensor>> requests, TensorSpec spec, long[] shape) {
        Tensor tensor = Tensor.allocate(spec.type(), shape);
        ByteBuffer into = tensor.buffer();
        for (Map<String, Tensor> request : requests) {
            into.put(of(request, spec).buffer());
        }
        return tensor;
    }

    private static Tensor joinedTexts(List<Map<String, Tensor>> requests, TensorSpec spec, long[] shape) {
        List<String> texts = new ArrayList<>();
        for (Map<String, Tensor> request : requests) {
            texts.addAll(Arrays.asList(of(request, spec).strings()));
        }
        return Tensor.of(texts.toArray(String[]::new), shape);
    }

    /**
     * Deals the outputs of a run out.
     *
     * @param rows of each request
     * @throws InferenceException where they are not so many rows of what the signature names
     */
    List<Map<String, Tensor>> apart(Map<String, Tensor> answer, List<Integer> rows) {
        int all = rows.stream().mapToInt(Integer::intValue).sum();
        List<Map<String, Tensor>> parts = new ArrayList<>(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            parts.add(new LinkedHashMap<>());
        }
        for (Map.Entry<String, Tensor> entry : answer.entrySet()) {
            deal(entry.getKey(), entry.getValue(), all, rows, parts);
        }
        if (answer.size() != outputs.size()) {
            throw unshared(answer.keySet().toString(), all);
        }
        return parts;
    }

    private void deal(String name, Tensor output, int all, List<Integer> rows, List<Map<String, Tensor>> parts) {
        long[] shape = output.shape();
        boolean known = outputs.stream().anyMatch(spec -> spec.name().equals(name) && spec.type() == output.type());
        if (!known || shape.length == 0 || shape[0] != all) {
            throw unshared(name + ": " + output, all);
        }
        String[] texts = output.type() == ElementType.STRING ? output.strings() : null;
        int each = texts != null ? texts.length / all : output.buffer().capacity() / all;
        int at = 0;
        for (int i = 0; i < parts.size(); i++) {
            int length = each * rows.get(i);
            shape[0] = rows.get(i);
            parts.get(i)
                    .put(
                            name,
                            texts != null
                                    ? Tensor.of(Arrays.copyOfRange(texts, at, at + length), shape)
                                    : part(output, at, length, shape));
            at += length;
        }
    }

    private static Tensor part(Tensor output, int at, int length, long[] shape) {
        ByteBuffer all = output.buffer();
        ByteBuffer slice = all.slice(at, length).order(ByteOrder.nativeOrder());
        if (all.capacity() <= SHARED_BYTES) {
            return Tensor.ofBuffer(output.type(), slice, shape);
        }
        Tensor own = Tensor.allocate(output.type(), shape);
        own.buffer().put(slice);
        return own;
    }

    private static Tensor of(Map<String, Tensor> request, TensorSpec spec) {
        Tensor tensor = request.get(spec.name());
        if (tensor == null) {
            throw new IllegalStateException("No input (" + spec.name() + ").");
        }
        return tensor;
    }

    private static InferenceException unshared(String what, int rows) {
        return new InferenceException("A batch of (" + rows + ") rows gave (" + what
                + "), which cannot be shared out. Maybe set maxBatch(1).");
    }
}
