package io.edgeai.federated.transport.grpc;

import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.Update;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** A participant that leaves whenever it gets a task, and comes back a moment later. */
final class FlappingSite implements AutoCloseable {
    private static final Executor LATER = CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS, Runnable::run);

    private final int port;
    private GrpcParticipant current;
    private boolean closed;

    FlappingSite(int port) {
        this.port = port;
        come();
    }

    private synchronized void come() {
        if (!closed) {
            current = GrpcParticipant.builder()
                    .port(port)
                    .participant(FederatedParticipant.of("flapping", 1, task -> {
                        LATER.execute(this::come);
                        leave();
                        return Update.of(task.parameters(), 1);
                    }))
                    .start();
        }
    }

    private synchronized void leave() {
        current.close();
    }

    @Override
    public synchronized void close() {
        closed = true;
        leave();
    }
}
