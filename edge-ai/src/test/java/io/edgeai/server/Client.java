package io.edgeai.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** The JDK's HTTP client, in few words. */
final class Client {
    private final HttpClient http;
    private final URI uri;

    Client(URI uri) {
        this(uri, HttpClient.newHttpClient());
    }

    Client(URI uri, HttpClient http) {
        this.uri = uri;
        this.http = http;
    }

    HttpResponse<String> get(String path, String... headers) {
        return send(builder(path, headers).GET().build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String body, String... headers) {
        return send(builder(path, headers).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    HttpResponse<byte[]> postBytes(String path, byte[] body, String... headers) {
        return send(
                builder(path, headers).POST(BodyPublishers.ofByteArray(body)).build(), BodyHandlers.ofByteArray());
    }

    /** Posts JSON and the binary data after it. */
    HttpResponse<byte[]> postBinary(String path, String json, byte[] binary) {
        byte[] head = json.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(head);
        body.writeBytes(binary);
        return postBytes(path, body.toByteArray(), "Inference-Header-Content-Length", Integer.toString(head.length));
    }

    HttpRequest.Builder builder(String path, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri.resolve(path));
        return headers.length == 0 ? builder : builder.headers(headers);
    }

    <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request, handler);
        } catch (IOException e) {
            throw new AssertionError(request + " got no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
