package io.edgeai.server.http;

import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Where and how to listen.
 *
 * @param host name or address of the interface
 * @param port 0 to 65535; 0 takes a free one
 * @param tls speaks TLS where given, otherwise plain HTTP
 * @param requests handled at the same time, at least 1
 * @param idle how long a connection may be silent, above 0
 */
public record HttpSettings(String host, int port, Optional<SSLContext> tls, int requests, Duration idle) {
    public HttpSettings {
        if (port < 0 || port > 0xFFFF || requests < 1 || idle.isNegative() || idle.isZero()) {
            throw new InvalidInputException("Settings (port " + port + ", requests " + requests + ", idle " + idle
                    + ") are out of range. Maybe take port 0 to 65535, at least 1 request and an idle time above 0.");
        }
    }
}
