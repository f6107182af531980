package io.edgeai.core.runtime.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.edgeai.core.runtime.adapter.FloatPath;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Native tensors for one input length of a float-to-float model, over a slot's direct memory: the input's, and once
 * its shape is known the output's, so that a run copies nothing inside ONNX Runtime. Used by one thread at a time.
 */
final class Binding {
    /** Not {@code Set.of()}, whose every walk makes an iterator. */
    private static final Set<String> NO_OTHER_OUTPUTS = Collections.emptySet();

    private final OrtEnvironment environment;
    private final String outputName;
    private final FloatBuffer input;
    private final OnnxTensor inputTensor;
    private final Map<String, OnnxTensor> inputs;
    private @Nullable FloatBuffer output;
    private @Nullable OnnxTensor outputTensor;
    private Map<String, OnnxTensor> outputs = Map.of();

    Binding(OrtEnvironment environment, FloatPath path, FloatBuffer input, long[] inputShape) throws OrtException {
        this.environment = environment;
        this.outputName = path.output();
        this.input = input;
        this.inputTensor = OnnxTensor.createTensor(environment, input, inputShape);
        this.inputs = new OneTensor(path.input(), inputTensor);
    }

    int inputLength() {
        return input.capacity();
    }

    void fill(float[] values) {
        input.put(0, values);
    }

    /** Puts samples one after the other. */
    void fill(float[][] samples) {
        int at = 0;
        for (float[] sample : samples) {
            input.put(at, sample);
            at += sample.length;
        }
    }

    boolean pinned() {
        return outputTensor != null;
    }

    /** Runs into the pinned output, which the next run overwrites. */
    FloatBuffer runPinned(OrtSession session, OrtSession.@Nullable RunOptions options) throws OrtException {
        FloatBuffer pinned = output;
        if (pinned == null) {
            throw new IllegalStateException("The output is not pinned yet.");
        }
        session.run(inputs, NO_OTHER_OUTPUTS, outputs, options).close();
        return pinned;
    }

    /** Lets ONNX Runtime allocate the output; where a slot is given, its shape is pinned for the runs that follow. */
    FloatBuffer runFree(OrtSession session, OrtSession.@Nullable RunOptions options, @Nullable Slot pinOn)
            throws OrtException {
        try (OrtSession.Result result = session.run(inputs, Set.of(outputName), options)) {
            OnnxTensor tensor = (OnnxTensor) result.get(0);
            FloatBuffer values = tensor.getFloatBuffer();
            if (pinOn != null && values.capacity() > 0) {
                FloatBuffer memory = pinOn.output(values.capacity(), this);
                OnnxTensor made = OnnxTensor.createTensor(
                        environment, memory, tensor.getInfo().getShape());
                outputTensor = made;
                output = memory;
                outputs = new OneTensor(outputName, made);
            }
            return values;
        }
    }

    /** From now on ONNX Runtime allocates this length's outputs. */
    void unpin() {
        if (outputTensor != null) {
            outputTensor.close();
        }
        outputTensor = null;
        output = null;
        outputs = Map.of();
    }

    void close() {
        inputTensor.close();
        unpin();
    }
}
