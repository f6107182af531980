package io.edgeai.core.store.s3;

import io.edgeai.core.model.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** AWS Signature Version 4, in the header {@code Authorization}, as "Signing AWS API requests" has it. Immutable. */
final class Signature4 {
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final int DATE_DIGITS = 8;

    private final String region;
    private final String service;

    Signature4(String region, String service) {
        this.region = region;
        this.service = service;
    }

    /** The value of {@code x-amz-date}. */
    static String moment(Instant at) {
        return MOMENT.format(at);
    }

    /**
     * The value of {@code Authorization}.
     *
     * @param path encoded, beginning with a slash
     * @param query decoded names and values
     * @param headers lower-case names of those that are signed, {@code host} and {@code x-amz-date} among them
     * @param payload SHA-256 of the body, in hexadecimal
     */
    String authorization(
            S3Credentials who,
            String method,
            String path,
            Map<String, String> query,
            Map<String, String> headers,
            String payload) {
        SortedMap<String, String> signed = new TreeMap<>(headers);
        String names = String.join(";", signed.keySet());
        String request = method + "\n"
                + path + "\n"
                + query(query) + "\n"
                + signed.entrySet().stream()
                        .map(header -> header.getKey() + ":" + header.getValue().strip() + "\n")
                        .collect(Collectors.joining())
                + "\n"
                + names + "\n"
                + payload;
        String moment = signed.getOrDefault("x-amz-date", "");
        String date = moment.substring(0, Math.min(DATE_DIGITS, moment.length()));
        String scope = date + "/" + region + "/" + service + "/aws4_request";
        String said = ALGORITHM + "\n" + moment + "\n" + scope + "\n"
                + Digest.of(request.getBytes(StandardCharsets.UTF_8)).hex();
        return ALGORITHM + " Credential=" + who.accessKey() + "/" + scope + ", SignedHeaders=" + names + ", Signature="
                + HexFormat.of().formatHex(hmac(key(who.secretKey(), date), said));
    }

    byte[] key(String secret, String date) {
        byte[] ofDate = hmac(("AWS4" + secret).getBytes(StandardCharsets.UTF_8), date);
        return hmac(hmac(hmac(ofDate, region), service), "aws4_request");
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM lacks HmacSHA256, which every Java platform must have.", e);
        }
    }

    /** Sorted by encoded name. */
    static String query(Map<String, String> query) {
        SortedMap<String, String> encoded = new TreeMap<>();
        query.forEach((name, value) -> encoded.put(encode(name, false), encode(value, false)));
        return encoded.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining("&"));
    }

    /** RFC 3986 with upper-case digits: all but letters, digits and {@code - . _ ~}. */
    static String encode(String text, boolean slashes) {
        StringBuilder encoded = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xff);
            boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0);
            if (plain || slashes && c == '/') {
                encoded.append(c);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(each));
            }
        }
        return encoded.toString();
    }
}
