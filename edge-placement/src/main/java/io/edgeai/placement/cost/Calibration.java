package io.edgeai.placement.cost;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.OverloadedException;
import io.edgeai.core.format.ModelInspector;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A short benchmark of the machine it runs on: five small generated networks on one thread, timed by the thread's
 * processor time, whatever else runs. What it gives is what {@link LatencyEstimator#fit} takes.
 */
public final class Calibration {
    private static final int LEAST_RUNS = 9;

    private final Duration each;
    private final Ticker processor;
    private final Ticker wall;
    private final long end;
    private final Duration within;

    private Calibration(Duration each, Duration within, Ticker processor, Ticker wall) {
        this.each = each;
        this.processor = processor;
        this.wall = wall;
        this.within = within;
        this.end = wall.nanos() + within.toNanos();
    }

    /**
     * Runs each network for about this time of the processor, and nine times at least. Blocks meanwhile, for at most 30 s
     * and half a minute more for each second asked for.
     *
     * @param each 100 ms are enough where nothing else runs
     * @throws io.edgeai.core.error.RuntimeUnavailableException where no engine here runs ONNX
     * @throws OverloadedException where the machine is too busy to do it within the time
     */
    public static List<LatencyEstimator.Sample> measure(Engines engines, Duration each) {
        return times(engines, each).samples();
    }

    /** {@link #measure} as it is kept and sent. */
    public static CalibrationTimes times(Engines engines, Duration each) {
        Duration within = Duration.ofSeconds(30).plus(each.multipliedBy(30));
        return times(engines, each, within, Ticker.threadCpu(), Ticker.system());
    }

    /**
     * The same by clocks of the caller's.
     *
     * @param within longest time on the wall, looked at between two runs
     * @param processor counts the thread's time
     * @param wall counts everybody's
     * @throws OperationCancelledException where the thread is interrupted, between two runs
     */
    public static CalibrationTimes times(
            Engines engines, Duration each, Duration within, Ticker processor, Ticker wall) {
        if (each.isNegative() || each.isZero()) {
            throw new InvalidInputException("Time to measure (" + each + ") must be positive. Maybe give 100 ms.");
        }
        Calibration run = new Calibration(each, within, processor, wall);
        Map<String, Double> millis = new TreeMap<>();
        for (OnnxGraph graph : CalibrationModels.all()) {
            try (InferenceSession session = engines.forFormat(ModelFormat.ONNX)
                    .open(OnnxWriter.toBytes(graph), SessionOptions.defaults().intraOpThreads(1))) {
                millis.put(graph.name(), run.medianMillis(session, input(graph)));
            }
        }
        return CalibrationTimes.of(millis);
    }

    private static Map<String, Tensor> input(OnnxGraph graph) {
        long[] shape = ModelInspector.signature(graph).inputs().get(0).shape().stream()
                .mapToLong(dim -> dim.size())
                .toArray();
        float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        Arrays.fill(values, 0.5f);
        return Map.of("x", Tensor.of(values, shape));
    }

    private double medianMillis(InferenceSession session, Map<String, Tensor> feed) {
        long warm = processor.nanos() + each.toNanos() / 4;
        do {
            run(session, feed);
        } while (processor.nanos() < warm);
        List<Long> nanos = new ArrayList<>();
        long enough = processor.nanos() + each.toNanos();
        while (nanos.size() < LEAST_RUNS || processor.nanos() < enough) {
            nanos.add(run(session, feed));
        }
        nanos.sort(null);
        return Math.max(1, nanos.get(nanos.size() / 2)) / 1e6;
    }

    private long run(InferenceSession session, Map<String, Tensor> feed) {
        if (Thread.currentThread().isInterrupted()) {
            throw new OperationCancelledException("Calibration was interrupted.");
        }
        if (wall.nanos() - end >= 0) {
            throw new OverloadedException("This machine did not come to the end of its calibration within (" + within
                    + "). Maybe try again when it is less busy.");
        }
        long start = processor.nanos();
        session.run(feed);
        return processor.nanos() - start;
    }
}
