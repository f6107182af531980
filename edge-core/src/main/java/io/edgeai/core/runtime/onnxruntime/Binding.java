package io.edgeai.core.runtime.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Direct memory for one input length of a float-to-float model: the input tensor lies on it, and once the output's
 * shape is known the output is pinned too, so that a run copies nothing inside ONNX Runtime. Used by one thread at a
 * time.
 */
final class Binding {
    private static final Set<String> NO_OTHER_OUTPUTS = Set.of();

    private final OrtEnvironment environment;
    private final String outputName;
    private final int inputLength;
    private final FloatBuffer input;
    private final OnnxTensor inputTensor;
    private final Map<String, OnnxTensor> inputs;
    private @Nullable FloatBuffer output;
    private @Nullable OnnxTensor outputTensor;
    private Map<String, OnnxTensor> outputs = Map.of();

    Binding(OrtEnvironment environment, String inputName, String outputName, int inputLength, long[] inputShape)
            throws OrtException {
        this.environment = environment;
        this.outputName = outputName;
        this.inputLength = inputLength;
        this.input = direct(inputLength);
        this.inputTensor = OnnxTensor.createTensor(environment, input, inputShape);
        this.inputs = Collections.singletonMap(inputName, inputTensor);
    }

    int inputLength() {
        return inputLength;
    }

    boolean pinned() {
        return outputTensor != null;
    }

    void fill(float[] values) {
        input.put(0, values);
    }

    /** Runs with the pinned output and copies it out. */
    float[] runPinned(OrtSession session, OrtSession.@Nullable RunOptions options) throws OrtException {
        FloatBuffer pinned = output;
        if (pinned == null) {
            throw new IllegalStateException("The output is not pinned yet.");
        }
        session.run(inputs, NO_OTHER_OUTPUTS, outputs, options).close();
        float[] values = new float[pinned.capacity()];
        pinned.get(0, values);
        return values;
    }

    /** Lets ONNX Runtime allocate the output; with {@code pin} the shape seen is used for the runs that follow. */
    float[] runFree(OrtSession session, OrtSession.@Nullable RunOptions options, boolean pin) throws OrtException {
        try (OrtSession.Result result = session.run(inputs, Set.of(outputName), options)) {
            OnnxTensor tensor = (OnnxTensor) result.get(0);
            long[] shape = tensor.getInfo().getShape();
            FloatBuffer copy = tensor.getFloatBuffer();
            float[] values = new float[copy.remaining()];
            copy.get(values);
            if (pin && values.length > 0) {
                FloatBuffer buffer = direct(values.length);
                outputTensor = OnnxTensor.createTensor(environment, buffer, shape);
                output = buffer;
                outputs = Collections.singletonMap(outputName, outputTensor);
            }
            return values;
        }
    }

    void close() {
        inputTensor.close();
        if (outputTensor != null) {
            outputTensor.close();
        }
    }

    private static FloatBuffer direct(int floats) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
