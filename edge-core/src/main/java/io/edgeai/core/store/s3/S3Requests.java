package io.edgeai.core.store.s3;

import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Signs requests, sends them, and tries again at once what failed on the way. Thread-safe. */
final class S3Requests {
    private static final int ATTEMPTS = 3;
    private static final int LONGEST_ANSWER = 8 << 20;
    private static final Set<Integer> PASSING = Set.of(429, 500, 502, 503, 504);

    private final S3Settings settings;
    private final Signature4 signature;
    private final HttpClient client;

    S3Requests(S3Settings settings) {
        this.settings = settings;
        this.signature = new Signature4(settings.region(), "s3");
        this.client = HttpClient.newBuilder()
                .connectTimeout(settings.timeout())
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /** A body that can be sent more than once, with its SHA-256 in hexadecimal. */
    record Body(String sha256, BodyPublisher bytes) {
        static final Body NONE = new Body(Digest.of(new byte[0]).hex(), BodyPublishers.noBody());

        static Body of(byte[] bytes) {
            return new Body(Digest.of(bytes).hex(), BodyPublishers.ofByteArray(bytes));
        }
    }

    /** What came back. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Answer(int status, String etag, byte[] body) {}

    /**
     * Sends a request whose answer is short.
     *
     * @param key without the prefix; empty for the bucket itself
     * @param allowed statuses besides 2xx that are answers, too
     */
    Answer send(String method, String key, Map<String, String> query, Body body, Integer... allowed) {
        HttpResponse<InputStream> answer = stream(method, key, query, body, allowed);
        try (InputStream in = answer.body()) {
            byte[] bytes = in.readNBytes(LONGEST_ANSWER);
            return new Answer(
                    answer.statusCode(), answer.headers().firstValue("ETag").orElse(""), bytes);
        } catch (IOException e) {
            throw failed(method, key, e);
        }
    }

    /** As {@link #send}; the caller reads the answer and closes it. */
    HttpResponse<InputStream> stream(
            String method, String key, Map<String, String> query, Body body, Integer... allowed) {
        for (int attempt = 1; ; attempt++) {
            try {
                HttpResponse<InputStream> answer =
                        client.send(request(method, key, query, body), BodyHandlers.ofInputStream());
                int status = answer.statusCode();
                if (status / 100 == 2 || Set.of(allowed).contains(status)) {
                    return answer;
                }
                boolean passing = PASSING.contains(status);
                try (InputStream in = answer.body()) {
                    if (!passing || attempt == ATTEMPTS) {
                        throw refused(method, key, status, in.readNBytes(LONGEST_ANSWER), passing);
                    }
                }
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw failed(method, key, e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw StorageException.retriable(
                        method + " of (" + place(key) + ") was interrupted. Maybe try again.", e);
            }
        }
    }

    private HttpRequest request(String method, String key, Map<String, String> query, Body body) {
        S3Credentials who = settings.credentials().get();
        URI endpoint = settings.endpoint();
        String path = "/" + settings.bucket() + (key.isEmpty() ? "" : "/")
                + Signature4.encode(key.isEmpty() ? "" : settings.prefix() + key, true);
        Map<String, String> headers = new HashMap<>();
        headers.put("x-amz-content-sha256", body.sha256());
        headers.put("x-amz-date", Signature4.moment(settings.clock().instant()));
        if (!who.sessionToken().isEmpty()) {
            headers.put("x-amz-security-token", who.sessionToken());
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(endpoint.getScheme() + "://"
                        + endpoint.getRawAuthority() + path
                        + (query.isEmpty() ? "" : "?" + Signature4.query(query))))
                .timeout(settings.timeout())
                .method(method, body.bytes());
        headers.forEach(request::header);
        headers.put("host", endpoint.getRawAuthority().toLowerCase(Locale.ROOT));
        return request.header(
                        "Authorization", signature.authorization(who, method, path, query, headers, body.sha256()))
                .build();
    }

    private String place(String key) {
        return settings.endpoint() + "/" + settings.bucket() + "/" + settings.prefix() + key;
    }

    StorageException failed(String what, String key, IOException e) {
        return StorageException.retriable(
                what + " of (" + place(key) + ") failed: " + e + ". Maybe try again once it can be reached.", e);
    }

    private StorageException refused(String method, String key, int status, byte[] answer, boolean passing) {
        String said;
        try {
            Map<String, String> texts = S3Xml.read(answer).texts();
            said = texts.getOrDefault("Code", "") + " " + texts.getOrDefault("Message", "");
        } catch (IOException e) {
            said = "no reason";
        }
        String text = method + " of (" + place(key) + ") was answered (" + status + ", " + said.strip() + "). Maybe ";
        return passing
                ? StorageException.retriable(text + "try again later.", null)
                : new StorageException(text + "the keys, the region, the bucket or this machine's clock is wrong.");
    }
}
