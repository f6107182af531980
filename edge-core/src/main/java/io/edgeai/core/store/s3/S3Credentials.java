package io.edgeai.core.store.s3;

import io.edgeai.core.error.InvalidInputException;
import java.util.Map;

/**
 * Who asks. Never shows the secret.
 *
 * @param accessKey public
 * @param secretKey signs
 * @param sessionToken of credentials that end after a while; empty for lasting ones
 */
public record S3Credentials(String accessKey, String secretKey, String sessionToken) {
    public S3Credentials {
        if (accessKey.isBlank() || secretKey.isBlank()) {
            throw new InvalidInputException(
                    "Credentials lack an access key or its secret. Maybe set AWS_ACCESS_KEY_ID and"
                            + " AWS_SECRET_ACCESS_KEY.");
        }
    }

    /** Lasting ones. */
    public S3Credentials(String accessKey, String secretKey) {
        this(accessKey, secretKey, "");
    }

    /**
     * As the variables {@code AWS_ACCESS_KEY_ID}, {@code AWS_SECRET_ACCESS_KEY} and {@code AWS_SESSION_TOKEN} have them.
     *
     * @param variables e.g. {@link System#getenv()}
     */
    public static S3Credentials of(Map<String, String> variables) {
        return new S3Credentials(
                variables.getOrDefault("AWS_ACCESS_KEY_ID", ""),
                variables.getOrDefault("AWS_SECRET_ACCESS_KEY", ""),
                variables.getOrDefault("AWS_SESSION_TOKEN", ""));
    }

    @Override
    public String toString() {
        return "credentials of " + accessKey;
    }
}
