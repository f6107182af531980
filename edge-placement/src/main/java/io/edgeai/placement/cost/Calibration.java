package io.edgeai.placement.cost;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.cost.CostModel;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A short benchmark of the machine it runs on: five small generated networks on one thread, timed by the thread's
 * processor time, whatever else runs. What it gives is what {@link LatencyEstimator#fit} takes.
 */
public final class Calibration {
    private static final int LEAST_RUNS = 9;

    private Calibration() {}

    /**
     * Runs each network for about this time of the processor, and nine times at least. Blocks meanwhile.
     *
     * @param each 100 ms are enough where nothing else runs
     * @throws io.edgeai.core.error.RuntimeUnavailableException where no engine here runs ONNX
     */
    public static List<LatencyEstimator.Sample> measure(Engines engines, Duration each) {
        if (each.isNegative() || each.isZero()) {
            throw new InvalidInputException("Time to measure (" + each + ") must be positive. Maybe give 100 ms.");
        }
        List<LatencyEstimator.Sample> samples = new ArrayList<>();
        for (OnnxGraph graph : CalibrationModels.all()) {
            try (InferenceSession session = engines.forFormat(ModelFormat.ONNX)
                    .open(OnnxWriter.toBytes(graph), SessionOptions.defaults().intraOpThreads(1))) {
                samples.add(new LatencyEstimator.Sample(CostModel.of(graph), medianMillis(session, each)));
            }
        }
        return List.copyOf(samples);
    }

    private static double medianMillis(InferenceSession session, Duration each) {
        long[] shape = session.signature().inputs().get(0).shape().stream()
                .mapToLong(dim -> dim.size())
                .toArray();
        float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        Arrays.fill(values, 0.5f);
        Map<String, Tensor> feed = Map.of("x", Tensor.of(values, shape));
        long warm = now() + each.toNanos() / 4;
        do {
            session.run(feed);
        } while (now() < warm);
        List<Long> nanos = new ArrayList<>();
        long end = now() + each.toNanos();
        while (nanos.size() < LEAST_RUNS || now() < end) {
            long start = now();
            session.run(feed);
            nanos.add(now() - start);
        }
        nanos.sort(null);
        return nanos.get(nanos.size() / 2) / 1e6;
    }

    private static long now() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
