package io.edgeai.core.validation;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.runtime.InferenceRuntime;
import java.time.Duration;
import java.util.Optional;

/**
 * What a model may use up when it is first loaded. Immutable.
 *
 * @param time from the start of the process to its answer; 10 s by default
 * @param heapMegabytes the child's Java heap; 256 by default
 * @param residentMegabytes the child's whole memory, natives included, sampled about every 20 ms where the system tells it
 *     (Linux); 2048 by default
 * @param inProcess whether to load in this process where no other can be started; then nothing protects it. False by default
 * @param engine the engine to load with; the best for the format unless given. Needs a public constructor without parameters
 */
public record TrialLimits(
        Duration time,
        int heapMegabytes,
        int residentMegabytes,
        boolean inProcess,
        Optional<Class<? extends InferenceRuntime>> engine) {
    private static final TrialLimits DEFAULTS =
            new TrialLimits(Duration.ofSeconds(10), 256, 2048, false, Optional.empty());

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
        return new TrialLimits(longest, heapMegabytes, residentMegabytes, inProcess, engine);
    }

    public TrialLimits heapMegabytes(int most) {
        return new TrialLimits(time, most, residentMegabytes, inProcess, engine);
    }

    public TrialLimits residentMegabytes(int most) {
        return new TrialLimits(time, heapMegabytes, most, inProcess, engine);
    }

    public TrialLimits inProcess(boolean allowed) {
        return new TrialLimits(time, heapMegabytes, residentMegabytes, allowed, engine);
    }

    public TrialLimits engine(Class<? extends InferenceRuntime> runtime) {
        return new TrialLimits(time, heapMegabytes, residentMegabytes, inProcess, Optional.of(runtime));
    }
}
