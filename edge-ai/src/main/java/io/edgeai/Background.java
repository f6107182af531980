package io.edgeai;

import io.edgeai.core.concurrent.EdgeThreads;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Runs one long task on a daemon thread of its own. */
final class Background {
    private Background() {}

    /** @param task is told whether the future was cancelled meanwhile, and should stop then */
    static <T> CompletableFuture<T> start(String purpose, Function<BooleanSupplier, T> task) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Runnable work = () -> {
            try {
                future.complete(task.apply(future::isDone));
            } catch (RuntimeException | Error e) {
                future.completeExceptionally(e);
            }
        };
        EdgeThreads.named(purpose).newThread(work).start();
        return future;
    }
}
