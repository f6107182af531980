package io.edgeai.placement.cost;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.cost.ModelCost;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** An engine that runs nothing and takes a given time of a clock of its own for each run. */
public final class TimedEngine implements InferenceRuntime {
    private final ToLongFunction<ModelCost> nanos;
    private final AtomicLong now = new AtomicLong();

    public TimedEngine(ToLongFunction<ModelCost> nanos) {
        this.nanos = nanos;
    }

    /** A machine that takes what the estimator's beginning speeds say, times a factor. */
    public static TimedEngine typical(double factor) {
        return new TimedEngine(cost -> {
            double sum = 0;
            double[] amounts = TypicalSpeeds.amounts(cost);
            double[] speeds = TypicalSpeeds.nanos();
            for (int i = 0; i < amounts.length; i++) {
                sum += amounts[i] * speeds[i];
            }
            return Math.round(factor * sum);
        });
    }

    public Engines engines() {
        return Engines.of(this);
    }

    public Ticker clock() {
        return now::get;
    }

    /** What {@link Calibration} finds on this machine. */
    public CalibrationTimes times(Duration each) {
        return Calibration.times(engines(), each, Duration.ofHours(1), clock(), clock());
    }

    @Override
    public String name() {
        return "timed";
    }

    @Override
    public Set<ModelFormat> formats() {
        return Set.of(ModelFormat.ONNX);
    }

    @Override
    public int rank() {
        return 1;
    }

    @Override
    public Availability availability() {
        return new Availability(true, "1");
    }

    @Override
    public InferenceSession open(Path model, SessionOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public InferenceSession open(byte[] model, SessionOptions options) {
        long takes = nanos.applyAsLong(io.edgeai.core.onnx.cost.CostModel.of(OnnxReader.read(model)));
        return new InferenceSession() {
            @Override
            public Signature signature() {
                return Signature.UNKNOWN;
            }

            @Override
            public Map<String, Tensor> run(Map<String, Tensor> inputs, @Nullable Duration deadline) {
                now.addAndGet(takes);
                return Map.of();
            }

            @Override
            public float[] predict(float[] input, long deadlineNanos) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void close() {
                // holds nothing
            }
        };
    }
}
