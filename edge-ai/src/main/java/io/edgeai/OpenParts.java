package io.edgeai;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.server.EdgeServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What an instance has opened and must close: endpoints, texts, servers. Thread-safe. */
final class OpenParts {
    private final Path home;
    private final List<LiveEndpoint> endpoints = new ArrayList<>();
    private final List<TextEndpoint> texts = new ArrayList<>();
    private final List<EdgeServer> servers = new ArrayList<>();
    private boolean closed;

    OpenParts(Path home) {
        this.home = home;
    }

    /** Opens an endpoint, keeps it, and does what follows; a close meanwhile waits for all of it. */
    synchronized LiveEndpoint open(Supplier<LiveEndpoint> opening, Runnable then) {
        requireOpen();
        endpoints.forEach(LiveEndpoint::settle);
        LiveEndpoint live = opening.get();
        endpoints.removeIf(LiveEndpoint::closed);
        endpoints.add(live);
        then.run();
        return live;
    }

    synchronized void add(TextEndpoint text) {
        texts.removeIf(each -> each.endpoint().closed());
        texts.add(text);
    }

    /** @throws LifecycleException after close; the server is closed then */
    void add(EdgeServer server) {
        synchronized (this) {
            if (!closed) {
                servers.removeIf(EdgeServer::closed);
                servers.add(server);
                return;
            }
        }
        server.close();
        requireOpen();
    }

    synchronized List<LiveEndpoint> endpoints() {
        return List.copyOf(endpoints);
    }

    /** The latest trial of that kind on a model; {@code how} says what would make one. */
    <T extends Trial<?>> T trial(String model, Class<T> kind, String how) {
        List<LiveEndpoint> all = endpoints();
        for (int i = all.size() - 1; i >= 0; i--) {
            Optional<T> found = all.get(i).trial(kind);
            if (found.isPresent() && all.get(i).model().equals(model)) {
                return found.get();
            }
        }
        throw new LifecycleException(
                "Model (" + model + ") is not served so here. Maybe edge.serve(name, s -> s." + how + ").");
    }

    synchronized void requireOpen() {
        if (closed) {
            throw new LifecycleException(
                    "This EdgeAI instance on home (" + home + ") is closed. Maybe build another one.");
        }
    }

    /** Nothing opens from now on; gives what the caller must close, in that order, and nothing at the second call. */
    synchronized Optional<List<AutoCloseable>> end() {
        if (closed) {
            return Optional.empty();
        }
        closed = true;
        List<AutoCloseable> parts = new ArrayList<>(servers);
        parts.addAll(texts);
        parts.addAll(endpoints);
        servers.clear();
        texts.clear();
        endpoints.clear();
        return Optional.of(parts);
    }
}
