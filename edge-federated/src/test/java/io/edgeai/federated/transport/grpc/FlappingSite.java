package io.edgeai.federated.transport.grpc;

import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.Update;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A participant that leaves whenever it gets a task, and comes back a moment later. */
final class FlappingSite implements AutoCloseable {
    private static final Executor LATER = CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS, Runnable::run);

    private final int port;
    private final AtomicReference<GrpcParticipant> current = new AtomicReference<>();
    private volatile boolean closed;

    FlappingSite(int port) {
        this.port = port;
        come();
    }

    private void come() {
        if (!closed) {
            current.set(GrpcParticipant.builder()
                    .port(port)
                    .participant(FederatedParticipant.of("flapping", 1, task -> {
                        LATER.execute(this::come);
                        current.get().close();
                        return Update.of(task.parameters(), 1);
                    }))
                    .start());
        }
    }

    @Override
    public void close() {
        closed = true;
        current.get().close();
    }
}
