package io.edgeai.server;

import io.edgeai.server.http.HttpResponse;
import io.edgeai.server.http.RequestHead;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** Packs answers with gzip for clients that ask for it. Stateless. */
final class Packing {
    private static final int WORTHWHILE = 1024;

    private Packing() {}

    static HttpResponse packed(HttpResponse response, RequestHead head) {
        if (response.body().length < WORTHWHILE
                || !wanted(head.header("accept-encoding").orElse(""))) {
            return response;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(response.body().length / 4);
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return response.with(bytes.toByteArray())
                .with("Content-Encoding", "gzip")
                .with("Vary", "Accept-Encoding");
    }

    /** Whether a list such as {@code "deflate, gzip;q=0.5"} names gzip with a weight above 0. */
    private static boolean wanted(String accepted) {
        for (String each : accepted.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = each.split(";", -1);
            if (parts[0].strip().equals("gzip")) {
                return parts.length < 2 || !parts[1].strip().matches("q=0(\\.0*)?");
            }
        }
        return false;
    }
}
