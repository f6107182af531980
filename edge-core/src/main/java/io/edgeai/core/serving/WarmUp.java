package io.edgeai.core.serving;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Requests that a version answers after it was opened and before it gets traffic, so that no caller pays for memory taken,
 * kernels chosen and code compiled at the first runs. Recorded requests must succeed: a version that fails on one is not put
 * in service. Generated ones may fail, because a model need not like what is drawn. Immutable.
 */
public final class WarmUp {
    /** No requests. */
    public static final WarmUp NONE = new WarmUp(List.of(), 0);

    private static final int MOST_RUNS = 100_000;

    private final List<Map<String, Tensor>> recorded;
    private final int generatedRuns;

    private WarmUp(List<Map<String, Tensor>> recorded, int generatedRuns) {
        this.recorded = recorded;
        this.generatedRuns = generatedRuns;
    }

    /** Real requests, each run once, in order. */
    public static WarmUp of(List<Map<String, Tensor>> requests) {
        return new WarmUp(List.copyOf(requests), 0);
    }

    /**
     * A request made from the version's signature, run so often, and as often by the path of plain arrays where the model
     * has it: floats drawn from [-1, 1), zeros and empty texts elsewhere, 1 for dimensions of no fixed size.
     *
     * @param runs 0 to 100,000; 0 is {@link #NONE}
     */
    public static WarmUp generated(int runs) {
        if (runs < 0 || runs > MOST_RUNS) {
            throw new InvalidInputException("Warm-up runs (" + runs + ") must be 0 to " + MOST_RUNS + ". Maybe 20.");
        }
        return runs == 0 ? NONE : new WarmUp(List.of(), runs);
    }

    /** These requests, and then those. */
    public WarmUp and(WarmUp other) {
        List<Map<String, Tensor>> both = new ArrayList<>(recorded);
        both.addAll(other.recorded);
        return new WarmUp(List.copyOf(both), generatedRuns + other.generatedRuns);
    }

    /** @throws EdgeException what a recorded request failed with */
    void run(InferenceSession session) {
        recorded.forEach(request -> session.run(request, null));
        if (generatedRuns > 0) {
            try {
                generate(session);
            } catch (LifecycleException e) {
                throw e;
            } catch (EdgeException | ArithmeticException e) {
                return; // it is no request of anybody's
            }
        }
    }

    private void generate(InferenceSession session) {
        Map<String, Tensor> request = GeneratedInputs.of(session.signature());
        for (int i = 0; i < generatedRuns && !request.isEmpty(); i++) {
            session.run(request, null);
        }
        int length = session.sampleLength();
        float[] sample = GeneratedInputs.samples(1, length)[0];
        for (int i = 0; i < generatedRuns && length > 0; i++) {
            session.predict(sample, 0);
        }
    }
}
