package io.edgeai.core.testing;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.util.Map;
import java.util.Random;

/** Runs graphs in tests. */
public final class Ort {
    private Ort() {}

    public static InferenceRuntime runtime() {
        return Engines.discover().forFormat(ModelFormat.ONNX);
    }

    public static Map<String, Tensor> run(OnnxGraph graph, Map<String, Tensor> feed) {
        try (InferenceSession session = runtime()
                .open(OnnxWriter.toBytes(graph), SessionOptions.defaults().slots(1))) {
            return session.run(feed);
        }
    }

    /** As {@link #run} without the engine's own rewrites. */
    public static Map<String, Tensor> runPlain(OnnxGraph graph, Map<String, Tensor> feed) {
        SessionOptions options = SessionOptions.defaults().slots(1).optimize(false);
        try (InferenceSession session = runtime().open(OnnxWriter.toBytes(graph), options)) {
            return session.run(feed);
        }
    }

    public static InferenceSession open(OnnxGraph graph) {
        return runtime()
                .open(OnnxWriter.toBytes(graph), SessionOptions.defaults().slots(1));
    }

    public static float[] normal(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    public static Tensor tensor(Random random, long... shape) {
        int count = 1;
        for (long dim : shape) {
            count *= (int) dim;
        }
        return Tensor.of(normal(random, count), shape);
    }

    public static double maxDifference(Tensor a, Tensor b) {
        float[] left = a.floats();
        float[] right = b.floats();
        if (left.length != right.length) {
            throw new AssertionError(a + " and " + b + " have different sizes");
        }
        double most = 0;
        for (int i = 0; i < left.length; i++) {
            double difference = Math.abs((double) left[i] - right[i]);
            most = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(most, difference);
        }
        return most;
    }
}
