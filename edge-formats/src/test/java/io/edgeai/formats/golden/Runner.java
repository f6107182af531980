package io.edgeai.formats.golden;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs an imported graph in ONNX Runtime with default optimizations. */
public final class Runner {
    private Runner() {}

    /** Outputs as numbers. */
    public static List<double[]> run(OnnxGraph graph, List<Npy> inputs) {
        return outputs(graph, inputs).stream().map(Npy::numbers).toList();
    }

    /** Outputs with their dimensions, in graph order; inputs in graph order. */
    public static List<Npy> outputs(OnnxGraph graph, List<Npy> inputs) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setSessionLogLevel(ai.onnxruntime.OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            try (OrtSession session = environment.createSession(OnnxWriter.toBytes(graph), options)) {
                Map<String, OnnxTensorLike> feeds = new LinkedHashMap<>();
                for (int i = 0; i < inputs.size(); i++) {
                    feeds.put(graph.inputs().get(i).name(), tensor(environment, inputs.get(i)));
                }
                List<Npy> outputs = new ArrayList<>();
                try (OrtSession.Result result = session.run(feeds)) {
                    for (var output : graph.outputs()) {
                        outputs.add(array((OnnxTensor) result.get(output.name()).orElseThrow()));
                    }
                } finally {
                    feeds.values().forEach(OnnxTensorLike::close);
                }
                return outputs;
            }
        } catch (OrtException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static OnnxTensor tensor(OrtEnvironment environment, Npy array) throws OrtException {
        OnnxJavaType type =
                switch (array.type()) {
                    case "f4" -> OnnxJavaType.FLOAT;
                    case "f8" -> OnnxJavaType.DOUBLE;
                    case "f2" -> OnnxJavaType.FLOAT16;
                    case "i8" -> OnnxJavaType.INT64;
                    case "i4" -> OnnxJavaType.INT32;
                    case "i2" -> OnnxJavaType.INT16;
                    case "i1" -> OnnxJavaType.INT8;
                    case "u1" -> OnnxJavaType.UINT8;
                    case "b1" -> OnnxJavaType.BOOL;
                    default -> throw new IllegalArgumentException(array.type());
                };
        ByteBuffer direct = ByteBuffer.allocateDirect(array.data().limit()).order(ByteOrder.LITTLE_ENDIAN);
        direct.put(array.data().duplicate()).rewind();
        return OnnxTensor.createTensor(environment, direct, array.dims(), type);
    }

    private static Npy array(OnnxTensor tensor) {
        ByteBuffer bytes = tensor.getByteBuffer().order(ByteOrder.nativeOrder());
        String type =
                switch (tensor.getInfo().type) {
                    case FLOAT -> "f4";
                    case DOUBLE -> "f8";
                    case INT64 -> "i8";
                    case INT32 -> "i4";
                    case INT16 -> "i2";
                    case INT8 -> "i1";
                    case UINT8, BOOL -> "u1";
                    default ->
                        throw new IllegalArgumentException(tensor.getInfo().toString());
                };
        return new Npy(type, tensor.getInfo().getShape(), bytes);
    }
}
