package io.edgeai.optimize.transformer;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a value with channels in its last dimension looked like over all samples: the range of all of it, the largest
 * magnitude of each channel, and some of its rows.
 */
final class ActivationSample {
    private static final int ROWS = 32;

    final int channels;
    final float[] largest;
    final List<float[]> rows = new ArrayList<>();

    private ActivationSample(int channels) {
        this.channels = channels;
        this.largest = new float[channels];
    }

    /** Runs the graph on the samples with the named values as outputs. */
    static Map<String, ActivationSample> collect(
            OnnxGraph graph,
            Map<String, Integer> channels,
            InferenceRuntime runtime,
            List<Map<String, Tensor>> feeds,
            Progress progress) {
        if (feeds.isEmpty()) {
            throw new InvalidInputException("SmoothQuant has (0) samples. Maybe pass 16 typical inputs.");
        }
        Map<String, ActivationSample> samples = new HashMap<>();
        channels.forEach((value, size) -> samples.put(value, new ActivationSample(size)));
        Set<String> inputs = graph.inputs().stream().map(OnnxValue::name).collect(Collectors.toSet());
        OnnxGraph copy = graph.copy();
        copy.outputs().clear();
        channels.keySet().stream().filter(value -> !inputs.contains(value)).forEach(value -> copy.outputs()
                .add(new OnnxValue(value, null)));
        if (copy.outputs().isEmpty()) {
            copy.outputs().addAll(graph.outputs());
        }
        Cleanup.deadCode(copy);
        int perFeed = Math.max(1, (ROWS + feeds.size() - 1) / feeds.size());
        try (InferenceSession session =
                runtime.open(OnnxWriter.toBytes(copy), SessionOptions.defaults().slots(1))) {
            for (int i = 0; i < feeds.size(); i++) {
                if (progress.cancelled()) {
                    throw new OperationCancelledException(
                            "Smoothing was cancelled after (" + i + ") of " + feeds.size() + " samples.");
                }
                Map<String, Tensor> feed = feeds.get(i);
                Map<String, Tensor> outputs = session.run(feed);
                samples.forEach((value, sample) -> {
                    Tensor tensor = outputs.getOrDefault(value, feed.get(value));
                    if (tensor == null || tensor.type() != ElementType.FLOAT) {
                        throw new InvalidInputException("Value (" + value + ") is not a FLOAT value of the model.");
                    }
                    sample.add(value, tensor.buffer().asFloatBuffer(), perFeed);
                });
                progress.update("smooth", i + 1, feeds.size());
            }
        }
        return samples;
    }

    private void add(String value, FloatBuffer values, int most) {
        int count = values.remaining() / channels;
        int stride = Math.max(1, count / most);
        float[] row = new float[channels];
        for (int r = 0; r < count; r++) {
            values.get(row);
            for (int c = 0; c < channels; c++) {
                float magnitude = Math.abs(row[c]);
                if (!(magnitude <= Float.MAX_VALUE)) {
                    throw new InvalidInputException(
                            "Value (" + value + ") becomes NaN or infinite on a sample. Maybe the sample is damaged.");
                }
                largest[c] = Math.max(largest[c], magnitude);
            }
            if (r % stride == 0 && r / stride < most) {
                rows.add(Arrays.copyOf(row, channels));
            }
        }
    }
}
