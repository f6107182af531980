package io.edgeai.core.remote;

import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolNames;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.JdkSslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A gRPC server on one port with its threads. Thread-safe. */
final class GrpcListener implements AutoCloseable {
    private static final long OFTEN_ENOUGH_SECONDS = 10;

    private final Server server;
    private final ThreadPoolExecutor executor;
    private final long patienceMillis;

    GrpcListener(GrpcInferenceServer.Builder settings, InferenceHost host) {
        this.patienceMillis = settings.patience.toMillis();
        this.executor = new ThreadPoolExecutor(
                settings.threads,
                settings.threads,
                1,
                TimeUnit.MINUTES,
                new LinkedBlockingQueue<>(),
                EdgeThreads.named("grpc"));
        executor.allowCoreThreadTimeOut(true);
        this.server = builder(settings)
                .addService(new InferenceService(settings.name, host, executor, settings.threads + settings.maxQueue)
                        .definition())
                .addService(new HealthService(host).definition())
                .intercept(new AccessInterceptor(settings.access))
                .addStreamTracerFactory(CallTracer.telling(settings.calls))
                .maxInboundMessageSize(settings.maxMessageBytes)
                .permitKeepAliveTime(OFTEN_ENOUGH_SECONDS, TimeUnit.SECONDS)
                .directExecutor()
                .build();
        try {
            server.start();
        } catch (IOException e) {
            server.shutdownNow();
            throw new RuntimeUnavailableException(
                    "Port (" + settings.host + ":" + settings.port
                            + ") cannot be opened. Maybe another process has it: port(0) takes a free one.",
                    e);
        }
    }

    private static NettyServerBuilder builder(GrpcInferenceServer.Builder settings) {
        InetSocketAddress address = new InetSocketAddress(settings.host, settings.port);
        return settings.tlsContext == null
                ? NettyServerBuilder.forAddress(address, credentials(settings.tls))
                : NettyServerBuilder.forAddress(address).sslContext(alpn(settings.tlsContext));
    }

    /** The JDK's TLS, which offers HTTP/2 and nothing else. */
    private static JdkSslContext alpn(SSLContext context) {
        ApplicationProtocolConfig http2 = new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                ApplicationProtocolNames.HTTP_2);
        return new JdkSslContext(
                context, false, null, SupportedCipherSuiteFilter.INSTANCE, http2, ClientAuth.NONE, null, false);
    }

    private static ServerCredentials credentials(@Nullable TlsFiles tls) {
        if (tls == null) {
            return InsecureServerCredentials.create();
        }
        TlsServerCredentials.Builder builder = TlsServerCredentials.newBuilder();
        try {
            if (tls.certificates() != null && tls.key() != null) {
                builder.keyManager(tls.certificates().toFile(), tls.key().toFile());
            }
            if (tls.trusted() != null) {
                builder.trustManager(tls.trusted().toFile()).clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
            }
        } catch (IOException e) {
            throw new RuntimeUnavailableException("TLS files (" + tls + ") cannot be read. Maybe correct a path.", e);
        }
        return builder.build();
    }

    int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.shutdown();
        try {
            if (!server.awaitTermination(patienceMillis, TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        executor.shutdown();
    }
}
