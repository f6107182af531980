package io.edgeai.core.serving;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, and what they want beyond an answer: {@code Caller.request("r-17").unit("part-4711")}. Immutable.
 *
 * @param requestId by which it can be found out later who answered, where the endpoint has an {@link AnswerKeeper}; null or
 *     empty for none
 * @param unitId whom or what the request is about, which meets the same version while the split stands; null for a version
 *     by weight
 * @param longest ends the wait where it is shorter than the endpoint's deadline; null for that one
 * @param priority who goes first where callers wait for a slot
 */
public record Caller(
        @Nullable String requestId, @Nullable String unitId, @Nullable Duration longest, Priority priority) {
    private static final Caller ANYBODY = new Caller(null, null, null, Priority.NORMAL);

    /** Somebody who says nothing of themselves. */
    public static Caller anybody() {
        return ANYBODY;
    }

    public static Caller request(String requestId) {
        return new Caller(requestId, null, null, Priority.NORMAL);
    }

    public Caller unit(@Nullable String id) {
        return new Caller(requestId, id, longest, priority);
    }

    public Caller within(@Nullable Duration time) {
        return new Caller(requestId, unitId, time, priority);
    }

    public Caller priority(Priority urgency) {
        return new Caller(requestId, unitId, longest, urgency);
    }
}
