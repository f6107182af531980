package io.edgeai;

import io.edgeai.core.concurrent.EdgeThreads;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Runs one long task on a daemon thread of its own. */
final class Background {
    private Background() {}

    static <T> CompletableFuture<T> start(String purpose, Supplier<T> task) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Runnable work = () -> {
            try {
                future.complete(task.get());
            } catch (RuntimeException | Error e) {
                future.completeExceptionally(e);
            }
        };
        EdgeThreads.named(purpose).newThread(work).start();
        return future;
    }
}
