package io.edgeai.core.error;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All capacity is taken and the queue is full; try again later. */
public final class OverloadedException extends EdgeException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Supplier<String> later;

    public OverloadedException(String message) {
        super(message);
        this.later = null;
    }

    public OverloadedException(String message, @Nullable Throwable cause) {
        super(message, cause);
        this.later = null;
    }

    private OverloadedException(@Nullable String message, @Nullable Throwable cause, @Nullable Supplier<String> later) {
        super(message, cause, false);
        this.later = later;
    }

    /**
     * A refusal that costs next to nothing, as whoever is overloaded has no time to spare: without a stack trace, and with a
     * message that is made when somebody asks for it.
     *
     * @param message made again at each call
     */
    public static OverloadedException refusal(Supplier<String> message) {
        return new OverloadedException(null, null, message);
    }

    @Override
    public @Nullable String getMessage() {
        return later == null ? super.getMessage() : later.get();
    }

    @Override
    public boolean retriable() {
        return true;
    }

    private Object writeReplace() {
        return later == null ? this : new OverloadedException(getMessage(), getCause(), null);
    }
}
