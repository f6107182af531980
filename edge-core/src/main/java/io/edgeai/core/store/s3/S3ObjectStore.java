package io.edgeai.core.store.s3;

import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.store.ObjectStore;
import io.edgeai.core.store.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Objects in one bucket of Amazon S3 or of what speaks like it (MinIO, Ceph, Garage). Sends the SHA-256 of every body, which the
 * server checks; what is larger than a part goes in parts, and appears once the last is there. A request that fails on the way is
 * tried three times at once. Rights needed: get, put, delete, list and abort multipart uploads. Thread-safe.
 *
 * <pre>{@code
 * ObjectStore bucket = S3ObjectStore.open(S3Settings.of(URI.create("https://s3.eu-central-1.amazonaws.com"), "models",
 *         () -> S3Credentials.of(System.getenv())).region("eu-central-1"));
 * BlobStore blobs = ObjectBlobStore.open(bucket, home.resolve("copies"), 10L << 30);
 * }</pre>
 */
public final class S3ObjectStore implements ObjectStore {
    private final S3Settings settings;
    private final S3Requests requests;

    private S3ObjectStore(S3Settings settings) {
        this.settings = settings;
        this.requests = new S3Requests(settings);
    }

    /** Asks the server nothing yet. */
    public static S3ObjectStore open(S3Settings settings) {
        return new S3ObjectStore(settings);
    }

    @Override
    public void put(String key, Path file, Digest sha256) {
        try {
            long size = Files.size(file);
            if (size > settings.partBytes()) {
                putParts(key, file, size);
            } else {
                S3Requests.Body body = new S3Requests.Body(sha256.hex(), BodyPublishers.ofFile(file));
                S3Requests.Answer answer = requests.send("PUT", key, Map.of(), body);
                assert answer.status() / 100 == 2;
            }
        } catch (IOException e) {
            throw new StorageException("Cannot read (" + file + ") to store it: " + e + ". Maybe check its disk.", e);
        }
    }

    private void putParts(String key, Path file, long size) throws IOException {
        String upload = read(key, requests.send("POST", key, Map.of("uploads", ""), S3Requests.Body.NONE))
                .texts()
                .getOrDefault("UploadId", "");
        boolean complete = false;
        try {
            StringBuilder parts = new StringBuilder("<CompleteMultipartUpload>");
            int number = 0;
            for (long from = 0; from < size; from += settings.partBytes()) {
                number++;
                FilePart part = new FilePart(file, from, Math.min(settings.partBytes(), size - from));
                String etag = requests.send(
                                "PUT",
                                key,
                                Map.of("partNumber", Integer.toString(number), "uploadId", upload),
                                new S3Requests.Body(part.sha256(), part.publisher()))
                        .etag();
                parts.append("<Part><PartNumber>")
                        .append(number)
                        .append("</PartNumber><ETag>")
                        .append(etag.replace("\"", "&quot;"))
                        .append("</ETag></Part>");
            }
            byte[] list = parts.append("</CompleteMultipartUpload>").toString().getBytes(StandardCharsets.UTF_8);
            S3Xml.Answer answer =
                    read(key, requests.send("POST", key, Map.of("uploadId", upload), S3Requests.Body.of(list)));
            if (!answer.root().equals("CompleteMultipartUploadResult")) { // an error may come with a status of 200
                throw StorageException.retriable(
                        "Parts of (" + key + ") were not put together: "
                                + answer.texts().getOrDefault("Code", answer.root()) + ". Maybe try again.",
                        null);
            }
            complete = true;
        } finally {
            if (!complete) {
                abort(key, upload);
            }
        }
    }

    private void abort(String key, String upload) {
        S3Requests.Answer answer =
                requests.send("DELETE", key, Map.of("uploadId", upload), S3Requests.Body.NONE, 404, 403, 500, 503);
        assert answer.status() > 0;
    }

    private S3Xml.Answer read(String key, S3Requests.Answer answer) {
        try {
            return S3Xml.read(answer.body());
        } catch (IOException e) {
            throw requests.failed("What was answered", key, e);
        }
    }

    @Override
    public Optional<InputStream> open(String key) throws IOException {
        HttpResponse<InputStream> answer = requests.stream("GET", key, Map.of(), S3Requests.Body.NONE, 404);
        if (answer.statusCode() == 404) {
            answer.body().close();
            return Optional.empty();
        }
        return Optional.of(answer.body());
    }

    @Override
    public List<StoredObject> list(String prefix) {
        List<StoredObject> found = new ArrayList<>();
        Map<String, String> query =
                new HashMap<>(Map.of("list-type", "2", "prefix", settings.prefix() + prefix, "encoding-type", "url"));
        while (true) {
            S3Xml.Answer page = read(prefix, requests.send("GET", "", query, S3Requests.Body.NONE));
            for (Map<String, String> object : page.contents()) {
                String key = URLDecoder.decode(object.getOrDefault("Key", ""), StandardCharsets.UTF_8);
                if (key.startsWith(settings.prefix())) {
                    found.add(new StoredObject(
                            key.substring(settings.prefix().length()),
                            Long.parseLong(object.getOrDefault("Size", "0"))));
                }
            }
            String next = page.texts().getOrDefault("NextContinuationToken", "");
            if (!"true".equals(page.texts().get("IsTruncated")) || next.isEmpty()) {
                return found;
            }
            query.put("continuation-token", next);
        }
    }

    @Override
    public void delete(String key) {
        S3Requests.Answer answer = requests.send("DELETE", key, Map.of(), S3Requests.Body.NONE, 404);
        assert answer.status() > 0;
    }
}
