package io.edgeai.core.validation;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.signing.SigningKey;
import io.edgeai.core.signing.VerifyingKey;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A detached Ed25519 signature over a version. What is signed is lines, each ended by a line feed: {@code edgeai-version 2}, the
 * model's name, the number, the SHA-256 and the length of the bytes, and for each tag that the version has, sorted by key,
 * {@code tag}, the SHA-256 of the key and that of the value, with blanks between. For a model of several files the SHA-256 is that
 * of the manifest of all of them, so every file's path, length and content is covered. Tags that are signatures, or measured
 * ({@code batching.…}), are not covered, nor are those added later; one that is changed or taken away ends the signature.
 *
 * <p>The text is {@code 2:}, the signature in Base64, {@code :}, and the covered keys, URL-encoded, with commas between. Earlier
 * versions of the library signed the lines {@code edgeai-version 1}, name, SHA-256 and length, and wrote the Base64 alone; these
 * verify as well, and {@link #coverage} tells the two apart. Stateless.
 */
public final class VersionSignature {
    private static final String TAG = "signature.";
    private static final String MEASURED = "batching.";
    private static final String SECOND = "2:";
    private static final int LONGEST = 8192;

    private VersionSignature() {}

    /** The tag that holds the key's signature. */
    public static String tag(VerifyingKey key) {
        return TAG + key.id();
    }

    /** @throws InvalidInputException where the version has more tags than a signature can name */
    public static String sign(ModelVersion version, SigningKey key) {
        List<String> keys = version.tags().keySet().stream()
                .filter(tag -> !tag.startsWith(TAG) && !tag.startsWith(MEASURED))
                .sorted()
                .toList();
        String text = SECOND
                + key.sign(statement(version, keys))
                + ":"
                + keys.stream()
                        .map(tag -> URLEncoder.encode(tag, StandardCharsets.UTF_8))
                        .collect(Collectors.joining(","));
        if (text.length() > LONGEST) {
            throw new InvalidInputException("Version (" + version.ref() + ") has (" + keys.size()
                    + ") tags, whose keys are too long for one signature. Maybe take some away.");
        }
        return text;
    }

    /** Whether the version carries a signature of one of these keys over what it is. */
    public static boolean signedBy(ModelVersion version, List<VerifyingKey> keys) {
        return keys.stream().anyMatch(key -> coverage(version, key).isPresent());
    }

    /** What a key's signature covers; empty where there is none, or it is of something else. */
    public static Optional<SignatureCoverage> coverage(ModelVersion version, VerifyingKey key) {
        String text = version.tags().get(tag(key));
        if (text == null) {
            return Optional.empty();
        }
        if (!text.startsWith(SECOND)) {
            return key.verifies(first(version), text) ? Optional.of(SignatureCoverage.BYTES) : Optional.empty();
        }
        int end = text.indexOf(':', SECOND.length());
        List<String> keys = end < 0 ? null : covered(version, text.substring(end + 1));
        return keys != null && key.verifies(statement(version, keys), text.substring(SECOND.length(), end))
                ? Optional.of(SignatureCoverage.VERSION)
                : Optional.empty();
    }

    /** The keys that a signature names; null where the version lacks one of them. */
    private static @Nullable List<String> covered(ModelVersion version, String names) {
        try {
            List<String> keys = names.isEmpty()
                    ? List.of()
                    : Arrays.stream(names.split(",", -1))
                            .map(name -> URLDecoder.decode(name, StandardCharsets.UTF_8))
                            .toList();
            return version.tags().keySet().containsAll(keys) ? keys : null;
        } catch (IllegalArgumentException e) {
            return null; // no text of ours
        }
    }

    private static byte[] statement(ModelVersion version, List<String> keys) {
        StringBuilder text = new StringBuilder("edgeai-version 2\n")
                .append(version.model())
                .append('\n')
                .append(version.number())
                .append('\n')
                .append(version.digest().hex())
                .append('\n')
                .append(version.sizeBytes())
                .append('\n');
        for (String key : keys) {
            text.append("tag ")
                    .append(digest(key))
                    .append(' ')
                    .append(digest(version.tags().getOrDefault(key, "")))
                    .append('\n');
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static String digest(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
    }

    private static byte[] first(ModelVersion version) {
        return ("edgeai-version 1\n" + version.model() + "\n" + version.digest().hex() + "\n" + version.sizeBytes()
                        + "\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
