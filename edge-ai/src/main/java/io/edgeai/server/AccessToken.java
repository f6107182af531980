package io.edgeai.server;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.server.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.Optional;

/** The secret that requests must bear. Comparing takes as long for a right guess as for a wrong one. Immutable. */
final class AccessToken {
    private static final String SCHEME = "Bearer ";

    /** Digests are compared, so that not even the token's length shows. */
    private final Optional<byte[]> digest;

    private AccessToken(Optional<byte[]> digest) {
        this.digest = digest;
    }

    /** Lets everybody in. */
    static AccessToken none() {
        return new AccessToken(Optional.empty());
    }

    static AccessToken of(String token) {
        if (token.isBlank() || !token.equals(token.strip())) {
            throw new InvalidInputException(
                    "Token is empty or has blanks around it. Maybe take what 'openssl rand -hex 32' prints.");
        }
        return new AccessToken(Optional.of(digest(token)));
    }

    boolean required() {
        return digest.isPresent();
    }

    /** @throws Refusal with 401 where the request does not bear it */
    void require(RequestHead head) {
        if (!admits(head.header("authorization").orElse(""))) {
            throw new Refusal(
                    401,
                    "The request bears no valid token. Maybe send the header Authorization: Bearer TOKEN.",
                    Map.of("WWW-Authenticate", "Bearer"));
        }
    }

    /** Whether a value of {@code authorization} bears it. */
    boolean admits(String authorization) {
        if (digest.isEmpty()) {
            return true;
        }
        boolean bearer = authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        byte[] shown = digest(bearer ? authorization.substring(SCHEME.length()).strip() : "");
        return MessageDigest.isEqual(shown, digest.get()) && bearer;
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256.", e);
        }
    }
}
