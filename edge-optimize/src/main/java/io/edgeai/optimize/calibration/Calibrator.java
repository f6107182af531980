package io.edgeai.optimize.calibration;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Runs samples through a graph whose intermediate values are made outputs, a few dozen at a time, and keeps only what
 * the observers need. Stateless and thread-safe.
 */
public final class Calibrator {
    private static final int VALUES_AT_ONCE = 48;
    private static final int BINS = 2048;
    private static final double PERCENTILE_TAIL = 1e-4;

    private final InferenceRuntime runtime;

    public Calibrator(InferenceRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * Ranges of named FLOAT values of a graph, its inputs included.
     *
     * @throws InvalidInputException naming a value that becomes NaN or infinite, and the sample
     * @throws OperationCancelledException where the progress listener says so, between samples
     */
    public Map<String, ValueRange> ranges(
            OnnxGraph graph,
            List<Map<String, Tensor>> feeds,
            Collection<String> values,
            CalibrationMethod method,
            Progress progress) {
        if (feeds.isEmpty()) {
            throw new InvalidInputException("Calibration has (0) samples. Maybe pass 64 typical inputs.");
        }
        Map<String, ValueRange> ranges = new HashMap<>();
        List<String> names = List.copyOf(new java.util.LinkedHashSet<>(values));
        int chunks = (names.size() + VALUES_AT_ONCE - 1) / VALUES_AT_ONCE;
        long total = (long) chunks * feeds.size();
        for (int chunk = 0; chunk < chunks; chunk++) {
            List<String> part =
                    names.subList(chunk * VALUES_AT_ONCE, Math.min(names.size(), (chunk + 1) * VALUES_AT_ONCE));
            try (InferenceSession session = augmented(graph, part)) {
                Pass pass = new Pass(session, feeds, part, progress, (long) chunk * feeds.size(), total);
                ranges.putAll(pass.ranges(method));
            }
        }
        return ranges;
    }

    /** The named values of one run, for comparisons layer by layer. */
    public Map<String, Tensor> values(OnnxGraph graph, Map<String, Tensor> feed, Collection<String> values) {
        Map<String, Tensor> found = new LinkedHashMap<>();
        try (InferenceSession session = augmented(graph, List.copyOf(values))) {
            Map<String, Tensor> outputs = session.run(feed);
            for (String value : values) {
                Tensor tensor = outputs.getOrDefault(value, feed.get(value));
                if (tensor != null) {
                    found.put(value, tensor);
                }
            }
        }
        return found;
    }

    private InferenceSession augmented(OnnxGraph graph, List<String> values) {
        OnnxGraph copy = graph.copy();
        Set<String> inputs = graph.inputs().stream().map(OnnxValue::name).collect(Collectors.toSet());
        Map<String, OnnxValue> outputs = new LinkedHashMap<>();
        for (String value : values) {
            if (!inputs.contains(value)) {
                outputs.put(value, new OnnxValue(value, null));
            }
        }
        if (!outputs.isEmpty()) {
            graph.outputs().forEach(output -> outputs.computeIfPresent(output.name(), (name, blank) -> output));
            copy.outputs().clear();
            copy.outputs().addAll(outputs.values());
        }
        return runtime.open(OnnxWriter.toBytes(copy), SessionOptions.defaults().slots(1));
    }

    /** All samples through one session. */
    private record Pass(
            InferenceSession session,
            List<Map<String, Tensor>> feeds,
            List<String> values,
            Progress progress,
            long done,
            long total) {
        Map<String, ValueRange> ranges(CalibrationMethod method) {
            List<RangeObserver> observers = new ArrayList<>();
            boolean average = method == CalibrationMethod.MOVING_AVERAGE;
            values.forEach(value -> observers.add(new RangeObserver(value, average)));
            each((index, buffer, sample) -> observers.get(index).add(buffer, sample));
            Map<String, ValueRange> ranges = new HashMap<>();
            for (int i = 0; i < values.size(); i++) {
                ranges.put(values.get(i), observers.get(i).range());
            }
            if (!method.needsHistogram()) {
                return ranges;
            }
            List<Histogram> histograms = new ArrayList<>();
            observers.forEach(observer -> histograms.add(new Histogram(observer.range(), BINS)));
            each((index, buffer, sample) -> histograms.get(index).add(buffer));
            for (int i = 0; i < values.size(); i++) {
                Histogram histogram = histograms.get(i);
                ranges.put(
                        values.get(i),
                        switch (method) {
                            case PERCENTILE -> Clipping.percentile(histogram, PERCENTILE_TAIL);
                            case ENTROPY -> Clipping.leastDivergence(histogram);
                            default -> Clipping.leastSquaredError(histogram);
                        });
            }
            return ranges;
        }

        private void each(Visitor visitor) {
            for (int sample = 0; sample < feeds.size(); sample++) {
                if (progress.cancelled()) {
                    throw new OperationCancelledException(
                            "Calibration was cancelled after (" + (done + sample) + ") of " + total + " runs.");
                }
                Map<String, Tensor> feed = feeds.get(sample);
                Map<String, Tensor> outputs = session.run(feed);
                for (int i = 0; i < values.size(); i++) {
                    Tensor tensor = outputs.getOrDefault(values.get(i), feed.get(values.get(i)));
                    if (tensor == null || tensor.type() != ElementType.FLOAT) {
                        throw new InvalidInputException(
                                "Value (" + values.get(i) + ") is not a FLOAT value of the model: " + tensor + ".");
                    }
                    visitor.see(i, tensor.buffer().asFloatBuffer(), sample);
                }
                progress.update("calibrate", done + sample + 1, total);
            }
        }
    }

    private interface Visitor {
        void see(int index, FloatBuffer values, int sample);
    }
}
