package io.edgeai.core.runtime.onnxruntime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Translates between ONNX Runtime's values and plain tensors. */
final class OrtValues {
    private OrtValues() {}

    static Signature signature(OrtSession session) throws OrtException {
        List<TensorSpec> inputs = new ArrayList<>();
        for (NodeInfo info : session.getInputInfo().values()) {
            inputs.add(spec(info));
        }
        List<TensorSpec> outputs = new ArrayList<>();
        for (NodeInfo info : session.getOutputInfo().values()) {
            outputs.add(spec(info));
        }
        return new Signature(inputs, outputs);
    }

    /** A value that is no tensor appears as float [?, ?], the form {@link #tensors} gives maps. */
    private static TensorSpec spec(NodeInfo node) {
        if (!(node.getInfo() instanceof TensorInfo info)) {
            return new TensorSpec(node.getName(), ElementType.FLOAT, List.of(Dim.UNKNOWN, Dim.UNKNOWN));
        }
        long[] shape = info.getShape();
        String[] symbols = info.getDimensionNames();
        List<Dim> dims = new ArrayList<>(shape.length);
        for (int i = 0; i < shape.length; i++) {
            dims.add(shape[i] >= 0 ? Dim.of(shape[i]) : Dim.symbolic(i < symbols.length ? symbols[i] : ""));
        }
        return new TensorSpec(node.getName(), elementType(info), dims);
    }

    /** By name: the numbers of ONNX Runtime's Java enum are its own, not ONNX's. */
    private static ElementType elementType(TensorInfo info) {
        return ElementType.valueOf(info.onnxType.name().substring("ONNX_TENSOR_ELEMENT_DATA_TYPE_".length()));
    }

    /** A native tensor over the same memory, or a copy where it must be cast; the caller closes it. */
    static OnnxTensor toNative(OrtEnvironment environment, UnsignedCasts casts, String name, Tensor tensor)
            throws OrtException {
        if (tensor.type() == ElementType.STRING) {
            return OnnxTensor.createTensor(environment, tensor.strings(), tensor.shape());
        }
        OnnxTensor made =
                OnnxTensor.createTensor(environment, tensor.buffer(), tensor.shape(), javaType(name, tensor.type()));
        if (!UnsignedCasts.needed(tensor.type())) {
            return made;
        }
        try (made) {
            return casts.unsigned(made, tensor.type());
        }
    }

    private static OnnxJavaType javaType(String name, ElementType type) {
        return switch (type) {
            case FLOAT -> OnnxJavaType.FLOAT;
            case DOUBLE -> OnnxJavaType.DOUBLE;
            case INT8 -> OnnxJavaType.INT8;
            case UINT8 -> OnnxJavaType.UINT8;
            case INT16, UINT16 -> OnnxJavaType.INT16;
            case INT32, UINT32 -> OnnxJavaType.INT32;
            case INT64, UINT64 -> OnnxJavaType.INT64;
            case BOOL -> OnnxJavaType.BOOL;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case BFLOAT16 -> OnnxJavaType.BFLOAT16;
            default ->
                throw new InvalidInputException("Input (" + name + ") has element type (" + type
                        + "), which ONNX Runtime's Java interface cannot take. Maybe add a Cast to the model.");
        };
    }

    /** Copies all outputs out of a result, in the session's order. */
    static Map<String, Tensor> tensors(OrtSession.Result result) throws OrtException {
        return tensors(result, null);
    }

    /** As {@link #tensors(OrtSession.Result)}, of some outputs only. */
    static Map<String, Tensor> tensors(OrtSession.Result result, @Nullable Set<String> wanted) throws OrtException {
        Map<String, Tensor> copied = new LinkedHashMap<>();
        for (Map.Entry<String, OnnxValue> entry : result) {
            String name = entry.getKey();
            if (wanted != null && !wanted.contains(name)) {
                continue;
            }
            if (entry.getValue() instanceof OnnxTensor tensor) {
                copied.put(name, copy(name, tensor));
            } else if (entry.getValue() instanceof OnnxMap map) {
                copyMaps(name, List.of(map), copied);
            } else if (entry.getValue() instanceof OnnxSequence sequence) {
                copySequence(name, sequence, copied);
            } else {
                throw new InferenceException("Output (" + name + ") is a "
                        + entry.getValue().getType() + ", which has no tensor form. Maybe remove it from the model.");
            }
        }
        return copied;
    }

    private static Tensor copy(String name, OnnxTensor tensor) throws OrtException {
        TensorInfo info = tensor.getInfo();
        long[] shape = info.getShape();
        ElementType type = elementType(info);
        if (type == ElementType.STRING) {
            return strings(tensor.getValue(), shape);
        }
        if (tensor.getInfo().type == OnnxJavaType.UNKNOWN) {
            throw new InferenceException("Output (" + name + ") has element type (" + type
                    + "), which ONNX Runtime's Java interface cannot give. Maybe add a Cast to the model.");
        }
        if (info.getNumElements() == 0) {
            return Tensor.allocate(type, shape);
        }
        ByteBuffer bytes = tensor.getByteBuffer();
        ByteBuffer own = ByteBuffer.allocateDirect(bytes.remaining()).order(ByteOrder.nativeOrder());
        own.put(bytes).clear();
        return Tensor.ofBuffer(type, own, shape);
    }

    private static Tensor strings(Object value, long[] shape) {
        List<String> flat = new ArrayList<>();
        flatten(value, flat);
        return Tensor.of(flat.toArray(String[]::new), shape);
    }

    private static void flatten(Object value, List<String> into) {
        if (value instanceof Object[] array) {
            for (Object element : array) {
                flatten(element, into);
            }
        } else {
            into.add((String) value);
        }
    }

    private static void copySequence(String name, OnnxSequence sequence, Map<String, Tensor> into) throws OrtException {
        List<? extends OnnxValue> items = sequence.getValue();
        try {
            if (sequence.getInfo().sequenceOfMaps) {
                copyMaps(name, items.stream().map(OnnxMap.class::cast).toList(), into);
            } else {
                for (int i = 0; i < items.size(); i++) {
                    into.put(name + "." + i, copy(name, (OnnxTensor) items.get(i)));
                }
            }
        } finally {
            items.forEach(OnnxValue::close);
        }
    }

    /** Rows of maps to numbers; the keys ascend, and a key that a row lacks is NaN there. */
    private static void copyMaps(String name, List<OnnxMap> maps, Map<String, Tensor> into) throws OrtException {
        List<Map<?, ?>> rows = new ArrayList<>();
        Set<Object> keys = new TreeSet<>();
        for (OnnxMap map : maps) {
            if (map.getInfo().valueType == OnnxJavaType.STRING) {
                throw new InferenceException("Output (" + name + ") maps to strings, which has no tensor form. Maybe"
                        + " remove it from the model.");
            }
            rows.add(map.getValue());
            keys.addAll(rows.get(rows.size() - 1).keySet());
        }
        float[] values = new float[rows.size() * keys.size()];
        int at = 0;
        for (Map<?, ?> row : rows) {
            for (Object key : keys) {
                values[at++] = row.get(key) instanceof Number number ? number.floatValue() : Float.NaN;
            }
        }
        into.put(name, Tensor.of(values, rows.size(), keys.size()));
        boolean strings = !maps.isEmpty() && maps.get(0).getInfo().keyType == OnnxJavaType.STRING;
        into.put(
                name + ".keys",
                strings
                        ? Tensor.of(keys.toArray(String[]::new), keys.size())
                        : Tensor.of(keys.stream().mapToLong(key -> (Long) key).toArray(), keys.size()));
    }
}
