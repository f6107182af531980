package io.edgeai.core.serving;

import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.runtime.InferenceSession;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says whose fault it is that a version refused an input: the caller's, unless the first version of the split, which was
 * there before, takes the same one. To know, it is run there; its answer goes nowhere. Thread-safe.
 */
final class Referee {
    private final Supplier<@Nullable Routes> routes;

    /** The request that was refused. */
    interface Refused {
        /**
         * Runs it on another version.
         *
         * @param passedNanos since the request came
         * @return false where it cannot run now
         */
        boolean runsOn(InferenceSession session, long passedNanos);
    }

    /** @param routes the table in force; null once the endpoint is closed */
    Referee(Supplier<@Nullable Routes> routes) {
        this.routes = routes;
    }

    /** The refusal itself, or where the first version takes the input, a failure of the version that does not. */
    RuntimeException judge(Arm by, InvalidInputException refusal, long passedNanos, Refused request) {
        Routes now = routes.get();
        Arm first = now == null ? by : now.arms[0];
        if (first == by || !runs(request, first, passedNanos)) {
            return refusal;
        }
        return new InferenceException(
                "Version (" + by.version + ") refuses what version (" + first.version + ") takes: "
                        + refusal.getMessage()
                        + " Maybe the version changed its inputs: take it back, or its callers along.",
                refusal);
    }

    private static boolean runs(Refused request, Arm first, long passedNanos) {
        try {
            return request.runsOn(first.session, passedNanos);
        } catch (RuntimeException e) {
            return false; // it refuses it as well, or cannot tell
        }
    }
}
