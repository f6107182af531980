package io.edgeai.core.validation;

import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.signing.SigningKey;
import io.edgeai.core.signing.VerifyingKey;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A detached Ed25519 signature over a version's bytes. What is signed is four lines, each ended by a line feed:
 * {@code edgeai-version 1}, the model's name, the SHA-256 and the length of the bytes. For a model of several files the
 * SHA-256 is that of the manifest of all of them, so every file's path, length and content is covered. The number is not: a
 * version keeps its signatures when it is exported and gets another number elsewhere. Stateless.
 */
public final class VersionSignature {
    private static final String TAG = "signature.";

    private VersionSignature() {}

    /** The tag that holds the key's signature. */
    public static String tag(VerifyingKey key) {
        return TAG + key.id();
    }

    public static String sign(ModelVersion version, SigningKey key) {
        return key.sign(statement(version));
    }

    /** Whether the version carries a signature of one of these keys over the bytes that it has. */
    public static boolean signedBy(ModelVersion version, List<VerifyingKey> keys) {
        return keys.stream().anyMatch(key -> {
            String signature = version.tags().get(tag(key));
            return signature != null && key.verifies(statement(version), signature);
        });
    }

    private static byte[] statement(ModelVersion version) {
        return ("edgeai-version 1\n" + version.model() + "\n" + version.digest().hex() + "\n" + version.sizeBytes()
                        + "\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
