package io.edgeai.server.http;

import io.edgeai.core.error.RuntimeUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** The transports on the class path. */
public final class HttpTransports {
    private HttpTransports() {}

    /**
     * The first that works here.
     *
     * @throws RuntimeUnavailableException where none does; the message names the dependency to add
     */
    public static HttpTransport any() {
        List<String> problems = new ArrayList<>();
        try {
            for (HttpTransport transport :
                    ServiceLoader.load(HttpTransport.class, HttpTransport.class.getClassLoader())) {
                if (transport.problem().isEmpty()) {
                    return transport;
                }
                problems.add(transport.name() + ": " + transport.problem().get());
            }
        } catch (ServiceConfigurationError | LinkageError e) {
            problems.add(e.toString());
        }
        throw unavailable(problems);
    }

    static RuntimeUnavailableException unavailable(List<String> problems) {
        return new RuntimeUnavailableException("No HTTP server library works here (" + String.join("; ", problems)
                + "). Maybe add the dependency org.eclipse.jetty:jetty-server:12.1.14.");
    }
}
