package io.edgeai.core.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The independent oracle: ONNX Runtime called directly, on seeded inputs that fit a model's declared types. */
public final class RawRuntime {
    /** An output: its shape, and all its content as text-comparable bytes or strings. */
    public record Answer(long @Nullable [] shape, String type, Object content) {}

    private RawRuntime() {}

    static OrtSession.SessionOptions options() throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.BASIC_OPT);
        return options;
    }

    /** Runs once; {@code shapes} gives inputs' dimensions where the default (unknown = 1) will not do. */
    public static Map<String, Answer> run(byte[] model, long seed, Map<String, long[]> shapes) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<String, Answer> answers = new LinkedHashMap<>();
        try (OrtSession.SessionOptions options = options();
                OrtSession session = environment.createSession(model, options)) {
            Map<String, OnnxTensorLike> inputs = inputs(environment, session, seed, shapes);
            try (OrtSession.Result result = session.run(inputs)) {
                for (Map.Entry<String, OnnxValue> entry : result) {
                    answers.put(entry.getKey(), answer(entry.getValue()));
                }
            } finally {
                inputs.values().forEach(OnnxTensorLike::close);
            }
        }
        return answers;
    }

    private static Map<String, OnnxTensorLike> inputs(
            OrtEnvironment environment, OrtSession session, long seed, Map<String, long[]> shapes) throws OrtException {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, OnnxTensorLike> inputs = new LinkedHashMap<>();
        for (NodeInfo input : session.getInputInfo().values()) {
            TensorInfo info = (TensorInfo) input.getInfo();
            long[] shape = shapes.getOrDefault(input.getName(), info.getShape()).clone();
            long elements = 1;
            for (int i = 0; i < shape.length; i++) {
                shape[i] = shape[i] < 0 ? 1 : shape[i];
                elements *= shape[i];
            }
            ByteBuffer data =
                    ByteBuffer.allocateDirect((int) elements * info.type.size).order(ByteOrder.nativeOrder());
            for (int i = 0; i < elements; i++) {
                put(data, info.type, input.getName(), random);
            }
            inputs.put(
                    input.getName(),
                    ai.onnxruntime.OnnxTensor.createTensor(environment, data.flip(), shape, info.type));
        }
        return inputs;
    }

    private static void put(ByteBuffer data, OnnxJavaType type, String name, SplittableRandom random) {
        switch (type) {
            case FLOAT -> data.putFloat((float) random.nextGaussian());
            case DOUBLE -> data.putDouble(random.nextGaussian());
            case INT64 -> data.putLong(name.equals("sr") ? 16000 : random.nextInt(2));
            case INT32 -> data.putInt(random.nextInt(2));
            case BOOL, UINT8, INT8 -> data.put((byte) random.nextInt(2));
            default -> throw new IllegalArgumentException("no random " + type);
        }
    }

    private static Answer answer(OnnxValue value) throws OrtException {
        if (value instanceof ai.onnxruntime.OnnxTensor tensor) {
            TensorInfo info = tensor.getInfo();
            if (info.type == OnnxJavaType.STRING) {
                return new Answer(info.getShape(), "STRING", List.of(flat(tensor.getValue())));
            }
            byte[] bytes = new byte[tensor.getByteBuffer().remaining()];
            tensor.getByteBuffer().get(bytes);
            return new Answer(info.getShape(), info.type.name(), ByteBuffer.wrap(bytes));
        }
        if (value instanceof OnnxSequence sequence) {
            List<Object> content = new ArrayList<>();
            for (OnnxValue element : sequence.getValue()) {
                content.add(
                        element instanceof OnnxMap map
                                ? map.getValue()
                                : answer(element).content());
            }
            return new Answer(null, "SEQUENCE", content);
        }
        return new Answer(null, "MAP", ((OnnxMap) value).getValue());
    }

    private static Object[] flat(Object value) {
        List<Object> found = new ArrayList<>();
        flatten(value, found);
        return found.toArray();
    }

    private static void flatten(Object value, List<Object> found) {
        if (value instanceof Object[] array) {
            for (Object inner : array) {
                flatten(inner, found);
            }
        } else {
            found.add(value);
        }
    }
}
