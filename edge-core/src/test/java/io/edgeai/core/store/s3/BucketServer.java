package io.edgeai.core.store.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A bucket on the loopback interface that speaks as much of S3 as a store needs, computes every signature anew from what came over
 * the wire, holds bodies against their announced digests, lists three keys a page, and fails on demand.
 */
final class BucketServer implements AutoCloseable {
    static final S3Credentials WHO = new S3Credentials("AKIDTEST", "a+secret/key");
    private static final int PAGE = 3;

    final Map<String, byte[]> objects = new ConcurrentSkipListMap<>();
    final Map<String, Map<Integer, byte[]>> uploads = new ConcurrentHashMap<>();

    /** Requests to answer with 503 before others are looked at. */
    final AtomicInteger busy = new AtomicInteger();

    /** Requests to break off. */
    final AtomicInteger broken = new AtomicInteger();

    /** Parts of an upload from which on each is refused. */
    volatile int refusedPart = Integer.MAX_VALUE;

    final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger numbers = new AtomicInteger();
    private final ExecutorService pool = Executors.newFixedThreadPool(4);
    private final HttpServer server;

    BucketServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(pool);
        server.createContext("/", this::handle);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        byte[] body = exchange.getRequestBody().readAllBytes();
        try (exchange) {
            if (broken.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                return;
            }
            if (busy.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                answer(exchange, 503, error("SlowDown"));
            } else if (!signed(exchange, body)) {
                answer(exchange, 403, error("SignatureDoesNotMatch"));
            } else {
                serve(exchange, body);
            }
        }
    }

    private static String error(String code) {
        return "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>on demand</Message></Error>";
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        answer(exchange, status, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, status == 204 || body.length == 0 ? -1 : body.length);
        if (body.length > 0 && status != 204) {
            exchange.getResponseBody().write(body);
        }
    }

    private void serve(HttpExchange exchange, byte[] body) throws IOException {
        URI uri = exchange.getRequestURI();
        Map<String, String> query = query(uri.getRawQuery());
        String path = uri.getPath();
        if (!path.equals("/models") && !path.startsWith("/models/")) {
            answer(exchange, 404, error("NoSuchBucket"));
            return;
        }
        String key = path.length() <= "/models/".length() ? "" : path.substring("/models/".length());
        switch (exchange.getRequestMethod()) {
            case "GET" -> {
                if (key.isEmpty()) {
                    answer(exchange, 200, list(query));
                } else if (objects.containsKey(key)) {
                    answer(exchange, 200, objects.get(key));
                } else {
                    answer(exchange, 404, error("NoSuchKey"));
                }
            }
            case "PUT" -> put(exchange, key, query, body);
            case "POST" -> post(exchange, key, query, new String(body, StandardCharsets.UTF_8));
            case "DELETE" -> {
                if (query.containsKey("uploadId")) {
                    uploads.remove(query.get("uploadId"));
                } else {
                    objects.remove(key);
                }
                answer(exchange, 204, "");
            }
            default -> answer(exchange, 405, error("MethodNotAllowed"));
        }
    }

    private void put(HttpExchange exchange, String key, Map<String, String> query, byte[] body) throws IOException {
        if (!query.containsKey("uploadId")) {
            objects.put(key, body);
        } else if (Integer.parseInt(query.get("partNumber")) >= refusedPart) {
            answer(exchange, 400, error("InvalidPart"));
            return;
        } else {
            uploads.get(query.get("uploadId")).put(Integer.parseInt(query.get("partNumber")), body);
        }
        exchange.getResponseHeaders().set("ETag", "\"" + sha256(body).substring(0, 32) + "\"");
        answer(exchange, 200, "");
    }

    private void post(HttpExchange exchange, String key, Map<String, String> query, String body) throws IOException {
        if (query.containsKey("uploads")) {
            String upload = "upload/" + numbers.incrementAndGet();
            uploads.put(upload, new TreeMap<>());
            answer(
                    exchange,
                    200,
                    "<InitiateMultipartUploadResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><UploadId>"
                            + upload + "</UploadId></InitiateMultipartUploadResult>");
            return;
        }
        Map<Integer, byte[]> parts = uploads.remove(query.get("uploadId"));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        StringBuilder expected = new StringBuilder("<CompleteMultipartUpload>");
        for (Map.Entry<Integer, byte[]> part : parts.entrySet()) {
            all.write(part.getValue());
            expected.append("<Part><PartNumber>" + part.getKey() + "</PartNumber><ETag>&quot;"
                    + sha256(part.getValue()).substring(0, 32) + "&quot;</ETag></Part>");
        }
        if (!body.equals(expected + "</CompleteMultipartUpload>")) {
            answer(exchange, 200, error("InvalidPartOrder")); // as S3 may: an error with a status of 200
            return;
        }
        objects.put(key, all.toByteArray());
        answer(exchange, 200, "<CompleteMultipartUploadResult/>");
    }

    private String list(Map<String, String> query) {
        String prefix = query.getOrDefault("prefix", "");
        String after = query.getOrDefault("continuation-token", "");
        List<String> keys = objects.keySet().stream()
                .filter(key -> key.startsWith(prefix) && key.compareTo(after) > 0)
                .toList();
        StringBuilder page = new StringBuilder("<?xml version=\"1.0\"?><ListBucketResult>");
        keys.stream()
                .limit(PAGE)
                .forEach(key -> page.append("<Contents><Key>"
                        + URLEncoder.encode(key, StandardCharsets.UTF_8) + "</Key><Size>" + objects.get(key).length
                        + "</Size></Contents>"));
        boolean more = keys.size() > PAGE;
        page.append("<IsTruncated>" + more + "</IsTruncated>");
        if (more) {
            page.append(
                    "<NextContinuationToken>" + keys.get(PAGE - 1).replace("&", "&amp;") + "</NextContinuationToken>");
        }
        return page + "</ListBucketResult>";
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String each : raw == null ? new String[0] : raw.split("&")) {
            String[] both = each.split("=", 2);
            query.put(
                    URLDecoder.decode(both[0], StandardCharsets.UTF_8),
                    URLDecoder.decode(both[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    /** From the raw request alone: what was sent must be what was signed. */
    private static boolean signed(HttpExchange exchange, byte[] body) {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        String payload = exchange.getRequestHeaders().getFirst("x-amz-content-sha256");
        String moment = exchange.getRequestHeaders().getFirst("x-amz-date");
        if (authorization == null || !sha256(body).equals(payload)) {
            return false;
        }
        Instant at = Instant.parse(moment.replaceFirst("(....)(..)(..)T(..)(..)(..)Z", "$1-$2-$3T$4:$5:$6Z"));
        if (Duration.between(at, Instant.now()).abs().compareTo(Duration.ofMinutes(15)) > 0) {
            return false;
        }
        String names = authorization.replaceFirst(".*SignedHeaders=([^,]*),.*", "$1");
        String raw = exchange.getRequestURI().getRawQuery();
        String query = raw == null ? "" : Arrays.stream(raw.split("&")).sorted().collect(Collectors.joining("&"));
        StringBuilder request = new StringBuilder(
                exchange.getRequestMethod() + "\n" + exchange.getRequestURI().getRawPath() + "\n" + query + "\n");
        for (String name : names.split(";")) {
            request.append(name + ":" + exchange.getRequestHeaders().getFirst(name) + "\n");
        }
        request.append("\n" + names + "\n" + payload);
        String scope = moment.substring(0, 8) + "/plant/s3/aws4_request";
        String said = "AWS4-HMAC-SHA256\n" + moment + "\n" + scope + "\n"
                + sha256(request.toString().getBytes(StandardCharsets.UTF_8));
        byte[] key = ("AWS4" + WHO.secretKey()).getBytes(StandardCharsets.UTF_8);
        for (String part : scope.split("/")) {
            key = hmac(key, part);
        }
        return authorization.equals("AWS4-HMAC-SHA256 Credential=" + WHO.accessKey() + "/" + scope + ", SignedHeaders="
                + names + ", Signature=" + HexFormat.of().formatHex(hmac(key, said)));
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        pool.shutdownNow();
    }
}
