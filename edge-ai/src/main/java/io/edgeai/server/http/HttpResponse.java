package io.edgeai.server.http;

import java.util.LinkedHashMap;
import java.util.Map;

/** An answer: status, headers and body. Immutable as long as nobody writes to the body's array, which is shared. */
public final class HttpResponse {
    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;
    private final Runnable sent;

    private HttpResponse(int status, Map<String, String> headers, byte[] body, Runnable sent) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.sent = sent;
    }

    public static HttpResponse of(int status, String contentType, byte[] body) {
        return new HttpResponse(status, Map.of("Content-Type", contentType), body, HttpResponse::nothing);
    }

    private static void nothing() {}

    /** An answer of JSON. */
    public static HttpResponse json(int status, byte[] body) {
        return of(status, "application/json", body);
    }

    /** The same answer with one header more, or with another value of it. */
    public HttpResponse with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new HttpResponse(status, more, body, sent);
    }

    /** The same answer with another body. */
    public HttpResponse with(byte[] other) {
        return new HttpResponse(status, headers, other, sent);
    }

    /** The same answer, which runs this once it has left or failed to. */
    public HttpResponse whenSent(Runnable after) {
        return new HttpResponse(status, headers, body, after);
    }

    public int status() {
        return status;
    }

    public Map<String, String> headers() {
        return Map.copyOf(headers);
    }

    public byte[] body() {
        return body;
    }

    /** To be called once, by whoever sends it. */
    public void sent() {
        sent.run();
    }
}
