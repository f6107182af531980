package io.edgeai.server.http;

import java.util.Map;
import java.util.Optional;

/**
 * What is known of a request before its body.
 *
 * @param method as sent, e.g. {@code POST}
 * @param path of the target, percent-encoded, without its query
 * @param headers the first value of each by its name in lower case
 */
public record RequestHead(String method, String path, Map<String, String> headers) {
    public RequestHead {
        headers = Map.copyOf(headers);
    }

    /** @param name in lower case */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }
}
