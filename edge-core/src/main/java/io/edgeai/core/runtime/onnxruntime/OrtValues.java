package io.edgeai.core.runtime.onnxruntime;

import ai.onnxruntime.MapInfo;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.SequenceInfo;
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

    /** A value that is no tensor appears as float [?, ?], the form {@link #tensors} gives sequences of maps. */
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

    /** A native tensor over the same memory; the caller closes it. */
    static OnnxTensor toNative(OrtEnvironment environment, String name, Tensor tensor) throws OrtException {
        if (tensor.type() == ElementType.STRING) {
            return OnnxTensor.createTensor(environment, tensor.strings(), tensor.shape());
        }
        OnnxJavaType type =
                switch (tensor.type()) {
                    case FLOAT -> OnnxJavaType.FLOAT;
                    case DOUBLE -> OnnxJavaType.DOUBLE;
                    case INT8 -> OnnxJavaType.INT8;
                    case UINT8 -> OnnxJavaType.UINT8;
                    case INT16 -> OnnxJavaType.INT16;
                    case INT32 -> OnnxJavaType.INT32;
                    case INT64 -> OnnxJavaType.INT64;
                    case BOOL -> OnnxJavaType.BOOL;
                    case FLOAT16 -> OnnxJavaType.FLOAT16;
                    case BFLOAT16 -> OnnxJavaType.BFLOAT16;
                    default ->
                        throw new InvalidInputException("Input (" + name + ") has element type (" + tensor.type()
                                + "), which ONNX Runtime's Java interface cannot take. Maybe add a Cast to the model.");
                };
        return OnnxTensor.createTensor(environment, tensor.buffer(), tensor.shape(), type);
    }

    /** Copies all outputs out of a result, in the session's order. */
    static Map<String, Tensor> tensors(OrtSession.Result result) throws OrtException {
        Map<String, Tensor> copied = new LinkedHashMap<>();
        for (Map.Entry<String, OnnxValue> entry : result) {
            if (entry.getValue() instanceof OnnxTensor tensor) {
                copied.put(entry.getKey(), copy(entry.getKey(), tensor));
            } else if (entry.getValue() instanceof OnnxSequence sequence) {
                copySequence(entry.getKey(), sequence, copied);
            } else {
                throw new InferenceException("Output (" + entry.getKey() + ") is a "
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

    /**
     * A sequence of maps, as classifiers with ZipMap give it, becomes {@code name}: float [rows, keys] and
     * {@code name.keys}: the int64 or string keys [keys], in the order of the first row. A key a later row lacks is NaN.
     */
    private static void copySequence(String name, OnnxSequence sequence, Map<String, Tensor> into) throws OrtException {
        SequenceInfo info = sequence.getInfo();
        MapInfo maps = info.sequenceOfMaps ? info.mapInfo : null;
        if (maps == null || maps.valueType != OnnxJavaType.FLOAT) {
            throw new InferenceException("Output (" + name + ") is a sequence of other things than maps of floats,"
                    + " which has no tensor form. Maybe remove it from the model.");
        }
        List<? extends OnnxValue> rows = sequence.getValue();
        List<Object> keys = new ArrayList<>();
        float[] values = new float[0];
        for (int row = 0; row < rows.size(); row++) {
            try (OnnxMap map = (OnnxMap) rows.get(row)) {
                Map<?, ?> content = map.getValue();
                if (row == 0) {
                    keys.addAll(content.keySet());
                    values = new float[rows.size() * keys.size()];
                }
                for (int k = 0; k < keys.size(); k++) {
                    values[row * keys.size() + k] = content.get(keys.get(k)) instanceof Float value ? value : Float.NaN;
                }
            }
        }
        into.put(name, Tensor.of(values, rows.size(), keys.size()));
        into.put(
                name + ".keys",
                maps.keyType == OnnxJavaType.STRING
                        ? Tensor.of(keys.stream().map(String.class::cast).toArray(String[]::new), keys.size())
                        : Tensor.of(
                                keys.stream()
                                        .mapToLong(k -> ((Number) k).longValue())
                                        .toArray(),
                                keys.size()));
    }
}
