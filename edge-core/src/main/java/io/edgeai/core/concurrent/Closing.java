package io.edgeai.core.concurrent;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Closes several things so that one that fails keeps none of the others open. */
public final class Closing {
    private Closing() {}

    /**
     * Closes each in order.
     *
     * @throws RuntimeException the first failure, with the later ones suppressed in it; a checked one is wrapped in an
     *     {@link IllegalStateException}
     */
    public static void all(Collection<? extends AutoCloseable> parts) {
        RuntimeException first = null;
        for (AutoCloseable part : parts) {
            RuntimeException failure = failure(part);
            if (first == null) {
                first = failure;
            } else if (failure != null) {
                first.addSuppressed(failure);
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private static @Nullable RuntimeException failure(AutoCloseable part) {
        try {
            part.close();
            return null;
        } catch (RuntimeException e) {
            return e;
        } catch (Exception e) {
            return new IllegalStateException(e);
        }
    }
}
