package io.edgeai.federated.transport.grpc;

import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.remote.TlsFiles;
import io.edgeai.federated.transport.RemotePopulation;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A gRPC server on one port with its threads. Thread-safe. */
final class GrpcListener {
    private static final long SILENCE_SECONDS = 60;
    private static final long OFTEN_ENOUGH_SECONDS = 10;
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final ScheduledThreadPoolExecutor executor;
    private final Duration goodbye;
    private @Nullable Server server;

    GrpcListener(int threads, Duration goodbye) {
        this.goodbye = goodbye;
        this.executor = new ScheduledThreadPoolExecutor(threads, EdgeThreads.named("federation"));
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    Executor executor() {
        return executor;
    }

    void open(GrpcCoordinator.Builder settings, RemotePopulation population) {
        Server opened = NettyServerBuilder.forAddress(
                        new InetSocketAddress(settings.host, settings.port), credentials(settings.tls))
                .addService(new CoordinatorService(population).definition())
                .maxInboundMessageSize(FederationMethod.MOST_MESSAGE_BYTES)
                .maxConcurrentCallsPerConnection(1)
                .permitKeepAliveTime(OFTEN_ENOUGH_SECONDS, TimeUnit.SECONDS)
                .keepAliveTime(SILENCE_SECONDS, TimeUnit.SECONDS)
                .executor(executor)
                .build();
        try {
            opened.start();
        } catch (IOException e) {
            opened.shutdownNow();
            executor.shutdownNow();
            throw new RuntimeUnavailableException(
                    "Port (" + settings.host + ":" + settings.port
                            + ") cannot be opened. Maybe another process has it: port(0) takes a free one.",
                    e);
        }
        server = opened;
        var unused = executor.scheduleWithFixedDelay(population::evictSlowUploads, 1, 1, TimeUnit.SECONDS);
    }

    private static ServerCredentials credentials(@Nullable TlsFiles tls) {
        if (tls == null || tls.certificates() == null || tls.key() == null || tls.trusted() == null) {
            return InsecureServerCredentials.create();
        }
        try {
            return TlsServerCredentials.newBuilder()
                    .keyManager(tls.certificates().toFile(), tls.key().toFile())
                    .trustManager(tls.trusted().toFile())
                    .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                    .build();
        } catch (IOException e) {
            throw new RuntimeUnavailableException("TLS files (" + tls + ") cannot be read. Maybe correct a path.", e);
        }
    }

    int port() {
        Server open = server;
        if (open == null) {
            throw new LifecycleException("The port is not open.");
        }
        return open.getPort();
    }

    /** @param farewell for which, and then for calls to end by themselves, it waits; null where for nothing */
    void close(@Nullable CompletableFuture<Void> farewell) {
        Server open = server;
        if (open != null) {
            if (farewell != null) {
                long begun = System.nanoTime();
                await(farewell);
                open.shutdown();
                await(open, Math.max(0, goodbye.toNanos() - (System.nanoTime() - begun)));
            }
            open.shutdownNow();
            // connections tell their calls of the end on the executor, and stay open where it is gone
            await(open, Math.min(goodbye.toNanos(), CLOSING.toNanos()));
        }
        executor.shutdown();
    }

    private void await(CompletableFuture<Void> farewell) {
        try {
            Void unused = farewell.get(goodbye.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            return; // somebody did not come back
        } catch (ExecutionException e) {
            throw new IllegalStateException("A farewell cannot fail", e);
        }
    }

    private static void await(Server closing, long nanos) {
        try {
            boolean unused = closing.awaitTermination(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
