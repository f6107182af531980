package io.edgeai.placement.deploy.site;

import io.edgeai.core.error.InvalidInputException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;

/**
 * Asks over HTTP whether a service answers, as at {@code /v2/health/ready} of the Open Inference Protocol: yes is a status
 * from 200 to 299; any other status, a redirect, a refused connection and silence are no. Thread-safe.
 */
final class HttpReadiness {
    private final int timeoutMillis;

    /** @param timeout longest wait for a connection, and for an answer */
    HttpReadiness(Duration timeout) {
        if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new InvalidInputException("A readiness timeout of (" + timeout + ") is not in 1 ms to 1 minute.");
        }
        this.timeoutMillis = (int) timeout.toMillis();
    }

    /** @throws InvalidInputException where that is no HTTP address */
    static URI address(String text) {
        try {
            URI address = new URI(text);
            if (address.getHost() != null
                    && ("http".equals(address.getScheme()) || "https".equals(address.getScheme()))) {
                return address;
            }
        } catch (URISyntaxException e) {
            throw new InvalidInputException(no(text), e);
        }
        throw new InvalidInputException(no(text));
    }

    private static String no(String text) {
        return "Address (" + text
                + ") of a readiness probe is no HTTP address. Maybe http://127.0.0.1:{port}/v2/health/ready?";
    }

    boolean answers(URI address) {
        try {
            HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
            try {
                connection.setConnectTimeout(timeoutMillis);
                connection.setReadTimeout(timeoutMillis);
                connection.setInstanceFollowRedirects(false);
                return connection.getResponseCode() / 100 == 2;
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return false;
        }
    }
}
