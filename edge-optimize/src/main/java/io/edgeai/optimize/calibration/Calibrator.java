package io.edgeai.optimize.calibration;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.shape.InputShapes;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.core.onnx.shape.Shapes;
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
 * Runs samples through a graph whose intermediate values are made outputs, all at once where they fit into 512 MiB, and
 * keeps only what the observers need. Stateless and thread-safe.
 */
public final class Calibrator {
    private static final long BYTES_AT_ONCE = 512L << 20;
    private static final int UNKNOWN_AT_ONCE = 48;
    private static final int BINS = 2048;
    private static final double PERCENTILE_TAIL = 1e-4;

    private final InferenceRuntime runtime;

    private final long bytesAtOnce;

    public Calibrator(InferenceRuntime runtime) {
        this(runtime, BYTES_AT_ONCE);
    }

    /** @param bytesAtOnce how much memory the values made outputs together may take */
    Calibrator(InferenceRuntime runtime, long bytesAtOnce) {
        this.runtime = runtime;
        this.bytesAtOnce = bytesAtOnce;
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
        List<List<String>> parts = parts(graph, feeds.get(0), names);
        long total = (long) parts.size() * feeds.size() * method.passes();
        long done = 0;
        for (List<String> part : parts) {
            try (InferenceSession session = augmented(graph, part)) {
                Pass pass = new Pass(session, feeds, part, progress, total);
                ranges.putAll(pass.ranges(method, done));
            }
            done += (long) feeds.size() * method.passes();
        }
        return ranges;
    }

    /** Values in groups whose tensors fit into memory together for a sample like the given one. */
    private List<List<String>> parts(OnnxGraph graph, Map<String, Tensor> feed, List<String> names) {
        InputShapes inputs = InputShapes.declared();
        for (OnnxValue input : graph.feeds()) {
            Tensor tensor = feed.get(input.name());
            inputs = tensor == null ? inputs : inputs.input(input.name(), tensor.shape());
        }
        Shapes shapes = ShapeInference.infer(graph, inputs);
        List<List<String>> parts = new ArrayList<>();
        long bytes = bytesAtOnce;
        for (String name : names) {
            long here = shapes.dims(name)
                    .filter(dims -> dims.stream().allMatch(Dim::known))
                    .map(dims -> dims.stream().mapToLong(Dim::size).reduce(4, Math::multiplyExact))
                    .orElse(bytesAtOnce / UNKNOWN_AT_ONCE);
            if (parts.isEmpty() || bytes + here > bytesAtOnce) {
                parts.add(new ArrayList<>());
                bytes = 0;
            }
            parts.get(parts.size() - 1).add(name);
            bytes += here;
        }
        return parts;
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
            long total) {
        Map<String, ValueRange> ranges(CalibrationMethod method, long done) {
            List<RangeObserver> observers = new ArrayList<>();
            List<RangeObserver> averages = new ArrayList<>();
            boolean average = method == CalibrationMethod.MOVING_AVERAGE;
            values.forEach(value -> observers.add(new RangeObserver(value, average)));
            values.forEach(value -> averages.add(new RangeObserver(value, true)));
            boolean best = method == CalibrationMethod.BEST;
            each(done, (index, buffer, sample) -> {
                observers.get(index).add(buffer, sample);
                if (best) {
                    averages.get(index).add(buffer, sample);
                }
            });
            Map<String, ValueRange> ranges = new HashMap<>();
            for (int i = 0; i < values.size(); i++) {
                ranges.put(values.get(i), observers.get(i).range());
            }
            if (!method.needsHistogram()) {
                return ranges;
            }
            List<Histogram> histograms = new ArrayList<>();
            observers.forEach(observer -> histograms.add(new Histogram(observer.range(), BINS)));
            each(
                    done + feeds.size(),
                    (index, buffer, sample) -> histograms.get(index).add(buffer));
            if (best) {
                List<RoundingErrors> errors = new ArrayList<>();
                for (int i = 0; i < values.size(); i++) {
                    Histogram histogram = histograms.get(i);
                    errors.add(new RoundingErrors(List.of(
                            observers.get(i).range(),
                            averages.get(i).range(),
                            Clipping.percentile(histogram, PERCENTILE_TAIL),
                            Clipping.leastDivergence(histogram),
                            Clipping.leastSquaredError(histogram))));
                }
                each(done + 2L * feeds.size(), (index, buffer, sample) -> errors.get(index)
                        .add(buffer));
                for (int i = 0; i < values.size(); i++) {
                    ranges.put(values.get(i), errors.get(i).least());
                }
                return ranges;
            }
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

        private void each(long done, Visitor visitor) {
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
