package io.edgeai.core.validation;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.runtime.InferenceRuntime;
import java.time.Duration;
import java.util.Optional;

/**
 * What a model may be and use up when it is first loaded. Immutable.
 *
 * @param time from the start of the process to its answer; 8 s by default, so that a model that hangs is
 *     rejected within 10
 * @param heapMegabytes the child's Java heap; 256 by default
 * @param residentMegabytes the child's whole memory, natives included, sampled about every 20 ms where the system tells it
 *     (Linux); 2048 by default
 * @param inProcess whether to load in this process where no other can be started; then nothing protects it. False by default
 * @param graph how large a graph may be; read from the bytes, and one that is larger is not loaded at all
 * @param engine the engine to load with; the best for the format unless given. Needs a public constructor without parameters
 */
public record TrialLimits(
        Duration time,
        int heapMegabytes,
        int residentMegabytes,
        boolean inProcess,
        GraphLimits graph,
        Optional<Class<? extends InferenceRuntime>> engine) {
    private static final TrialLimits DEFAULTS =
            new TrialLimits(Duration.ofSeconds(8), 256, 2048, false, GraphLimits.defaults(), Optional.empty());

    public TrialLimits {
        if (time.isNegative() || time.isZero() || heapMegabytes < 16 || residentMegabytes < 64) {
            throw new InvalidInputException(
                    "Limits of a trial are too small: time (" + time + "), heap (" + heapMegabytes + " MB), memory ("
                            + residentMegabytes + " MB). Maybe at least 16 MB of heap and 64 MB in all.");
        }
    }

    public static TrialLimits defaults() {
        return DEFAULTS;
    }

    public TrialLimits time(Duration longest) {
        return new TrialLimits(longest, heapMegabytes, residentMegabytes, inProcess, graph, engine);
    }

    public TrialLimits heapMegabytes(int most) {
        return new TrialLimits(time, most, residentMegabytes, inProcess, graph, engine);
    }

    public TrialLimits residentMegabytes(int most) {
        return new TrialLimits(time, heapMegabytes, most, inProcess, graph, engine);
    }

    public TrialLimits inProcess(boolean allowed) {
        return new TrialLimits(time, heapMegabytes, residentMegabytes, allowed, graph, engine);
    }

    public TrialLimits graph(GraphLimits largest) {
        return new TrialLimits(time, heapMegabytes, residentMegabytes, inProcess, largest, engine);
    }

    public TrialLimits engine(Class<? extends InferenceRuntime> runtime) {
        return new TrialLimits(time, heapMegabytes, residentMegabytes, inProcess, graph, Optional.of(runtime));
    }
}
