package io.edgeai.federated.transport.grpc;

import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.RemoteUnavailableException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.remote.TlsFiles;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.transport.ParticipantSession;
import io.edgeai.federated.transport.wire.Federation.ToCoordinator;
import io.edgeai.federated.transport.wire.Federation.ToParticipant;
import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.ClientCall;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One participant's channel: calls, and calls again when a call ends too early. Thread-safe. */
final class GrpcConnection implements AutoCloseable {
    private static final long SILENCE_SECONDS = 30;

    private final GrpcParticipant.Builder settings;
    private final String where;
    private final @Nullable ExecutorService ownThread;
    private final ParticipantSession session;
    private final ManagedChannel channel;
    private final SplittableRandom jitter;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private final CompletableFuture<Void> welcomed = new CompletableFuture<>();
    private int failures;
    private long lastHeardNanos = System.nanoTime();

    GrpcConnection(GrpcParticipant.Builder settings, FederatedParticipant participant) {
        this.settings = settings;
        this.where = settings.host + ":" + settings.port;
        Executor given = settings.executor;
        if (given == null) {
            ExecutorService own = Executors.newSingleThreadExecutor(EdgeThreads.named("participant"));
            this.ownThread = own;
            given = own;
        } else {
            this.ownThread = null;
        }
        this.session = new ParticipantSession(
                participant, given, settings.mostParameters, settings.conditions, settings.place);
        this.jitter = new SplittableRandom(participant.id().hashCode());
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(
                        settings.host, settings.port, credentials(settings.tls))
                .maxInboundMessageSize(FederationMethod.MOST_MESSAGE_BYTES)
                .keepAliveTime(SILENCE_SECONDS, TimeUnit.SECONDS)
                .directExecutor()
                .disableRetry();
        if (settings.serverName != null) {
            builder.overrideAuthority(settings.serverName);
        }
        this.channel = builder.build();
    }

    private static ChannelCredentials credentials(@Nullable TlsFiles tls) {
        if (tls == null) {
            return InsecureChannelCredentials.create();
        }
        TlsChannelCredentials.Builder builder = TlsChannelCredentials.newBuilder();
        try {
            if (tls.certificates() != null && tls.key() != null) {
                builder.keyManager(tls.certificates().toFile(), tls.key().toFile());
            }
            if (tls.trusted() != null) {
                builder.trustManager(tls.trusted().toFile());
            }
        } catch (IOException e) {
            throw new RuntimeUnavailableException("TLS files (" + tls + ") cannot be read. Maybe correct a path.", e);
        }
        return builder.build();
    }

    CompletableFuture<Void> finished() {
        return finished;
    }

    CompletableFuture<Void> welcomed() {
        return welcomed;
    }

    void connect() {
        if (finished.isDone()) {
            return;
        }
        ClientCall<ToCoordinator, ToParticipant> call = channel.newCall(FederationMethod.SESSION, CallOptions.DEFAULT);
        GrpcLink<ToCoordinator> link = new GrpcLink<>(new Outlet(call));
        call.start(new Incoming(call, link), new Metadata());
        call.request(1);
        session.connected(link);
    }

    private record Outlet(ClientCall<ToCoordinator, ToParticipant> call) implements GrpcLink.Outlet<ToCoordinator> {
        @Override
        public boolean isReady() {
            return call.isReady();
        }

        @Override
        public void send(ToCoordinator message) {
            call.sendMessage(message);
        }

        @Override
        public void end() {
            call.halfClose();
        }
    }

    private final class Incoming extends ClientCall.Listener<ToParticipant> {
        private final ClientCall<ToCoordinator, ToParticipant> call;
        private final GrpcLink<ToCoordinator> link;
        private boolean answered;
        private boolean over;
        private @Nullable Duration rest;

        Incoming(ClientCall<ToCoordinator, ToParticipant> call, GrpcLink<ToCoordinator> link) {
            this.call = call;
            this.link = link;
        }

        @Override
        public void onReady() {
            link.pump();
        }

        @Override
        public void onMessage(ToParticipant message) {
            answered = true;
            heard();
            try {
                ParticipantSession.Verdict verdict = session.receive(message);
                welcomed.complete(null);
                if (verdict == ParticipantSession.Verdict.FINISHED) {
                    over = true;
                    link.end(); // which tells the coordinator that this was heard
                    return;
                }
                if (verdict == ParticipantSession.Verdict.REST) {
                    rest = session.rest();
                    link.end();
                }
            } catch (EdgeException e) {
                finish(e);
                call.cancel("refused", e);
                return;
            }
            call.request(1);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            link.broken();
            session.disconnected(link);
            Duration pause = rest;
            if (over) {
                finish(null);
            } else if (pause == null) {
                again(status, answered);
            } else {
                comeBack(pause);
            }
        }
    }

    private synchronized void heard() {
        failures = 0;
        lastHeardNanos = System.nanoTime();
    }

    /** Gives the connection back, and makes another when it is time. */
    private void comeBack(Duration pause) {
        channel.enterIdle();
        CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
                .execute(() -> {
                    heard(); // patience counts from here
                    connect();
                });
    }

    /** @param reached whether it was in reach until now, however long it had nothing to say */
    private synchronized void again(Status status, boolean reached) {
        if (finished.isDone()) {
            return;
        }
        if (reached) {
            heard();
        } else if (System.nanoTime() - lastHeardNanos > settings.patience.toNanos()) {
            finish(new RemoteUnavailableException(
                    "Coordinator (" + where + ") did not answer within (" + settings.patience + "): " + status.getCode()
                            + ". Maybe it is not running, or wants another certificate.",
                    status.asException()));
            return;
        }
        long longest = settings.longestPause.toMillis();
        long pause = Math.min(longest, settings.firstPause.toMillis() << Math.min(20, failures++));
        long spread = pause / 2 + jitter.nextLong(pause / 2 + 1);
        CompletableFuture.delayedExecutor(spread, TimeUnit.MILLISECONDS, Runnable::run)
                .execute(() -> {
                    channel.resetConnectBackoff();
                    connect();
                });
    }

    private void finish(@Nullable RuntimeException failure) {
        boolean first = failure == null ? finished.complete(null) : finished.completeExceptionally(failure);
        if (first) {
            release();
        }
    }

    private void release() {
        channel.shutdown();
        if (ownThread != null) {
            ownThread.shutdown();
        }
    }

    @Override
    public void close() {
        if (finished.cancel(false)) {
            channel.shutdownNow();
            release();
        }
    }
}
