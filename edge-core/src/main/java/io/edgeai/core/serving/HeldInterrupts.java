package io.edgeai.core.serving;

import io.edgeai.core.error.OperationCancelledException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What an interrupt does to a thread that works for others: nothing until it is done. */
final class HeldInterrupts {
    private HeldInterrupts() {}

    /** Who works for others hears of an interrupt afterwards. */
    static void during(Runnable work) {
        boolean interrupted = Thread.interrupted();
        try {
            work.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** An interrupt that stops the run of others is no concern of theirs: it runs again. */
    static <T extends @Nullable Object> T whileRunning(Supplier<T> run) {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return run.get();
                } catch (OperationCancelledException e) {
                    if (!Thread.interrupted()) {
                        throw e;
                    }
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
