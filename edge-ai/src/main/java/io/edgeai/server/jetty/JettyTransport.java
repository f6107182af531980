package io.edgeai.server.jetty;

import io.edgeai.server.http.HttpHandler;
import io.edgeai.server.http.HttpListener;
import io.edgeai.server.http.HttpSettings;
import io.edgeai.server.http.HttpTransport;
import java.util.Optional;

/** Listens with {@code org.eclipse.jetty:jetty-server}, where that is on the class path. Stateless and thread-safe. */
public final class JettyTransport implements HttpTransport {
    @Override
    public String name() {
        return "jetty";
    }

    @Override
    public Optional<String> problem() {
        try {
            JettyListener.load();
            return Optional.empty();
        } catch (LinkageError e) {
            return Optional.of("its classes are not here (" + e.getMessage() + ")");
        }
    }

    @Override
    public HttpListener listen(HttpSettings settings, HttpHandler handler) {
        return JettyListener.start(settings, handler);
    }
}
