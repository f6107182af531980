package io.edgeai.server.jetty;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.server.http.HttpHandler;
import io.edgeai.server.http.HttpListener;
import io.edgeai.server.http.HttpSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/** A Jetty server with one connector. Thread-safe. */
final class JettyListener implements HttpListener {
    private static final int ACCEPTORS = 1;
    private static final int MOST_SELECTORS = 4;
    /** Threads beyond those that run requests: for health while all others are busy, and Jetty's own. */
    private static final int SPARE_THREADS = 8;

    private final Server server;
    private final ServerConnector connector;

    private JettyListener(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /** @throws LinkageError where a part of Jetty is missing */
    static void load() {
        String unused = Server.getVersion() + HttpConnectionFactory.class + SslContextFactory.class;
    }

    static JettyListener start(HttpSettings settings, HttpHandler handler) {
        int selectors =
                Math.max(1, Math.min(MOST_SELECTORS, Runtime.getRuntime().availableProcessors() / 2));
        QueuedThreadPool threads = new QueuedThreadPool(settings.requests() + ACCEPTORS + selectors + SPARE_THREADS);
        threads.setName("edgeai-http");
        threads.setDaemon(true);
        Server server = new Server(threads, new ScheduledExecutorScheduler("edgeai-http-timer", true), null);
        ServerConnector connector = new ServerConnector(
                server,
                null,
                null,
                null,
                ACCEPTORS,
                selectors,
                factories(settings).toArray(ConnectionFactory[]::new));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setIdleTimeout(settings.idle().toMillis());
        server.addConnector(connector);
        server.setHandler(new JettyHandler(handler));
        server.setErrorHandler(new JettyErrors());
        JettyListener listener = new JettyListener(server, connector);
        try {
            server.start();
            return listener;
        } catch (IOException e) {
            listener.close();
            throw new InvalidInputException(
                    "Cannot listen on (" + settings.host() + ":" + settings.port() + "): " + e.getMessage()
                            + ". Maybe the port is taken; port 0 takes a free one.",
                    e);
        } catch (Exception e) {
            listener.close();
            throw new EdgeException("The HTTP server did not start: " + e.getMessage(), e);
        }
    }

    private static List<ConnectionFactory> factories(HttpSettings settings) {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        HttpConnectionFactory http = new HttpConnectionFactory(configuration);
        List<ConnectionFactory> factories = new ArrayList<>();
        settings.tls().ifPresent(context -> {
            SslContextFactory.Server ssl = new SslContextFactory.Server();
            ssl.setSslContext(context);
            factories.add(new SslConnectionFactory(ssl, http.getProtocol()));
        });
        factories.add(http);
        return factories;
    }

    @Override
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new EdgeException("The HTTP server did not stop: " + e.getMessage(), e);
        }
    }
}
