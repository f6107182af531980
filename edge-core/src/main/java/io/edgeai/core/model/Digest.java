package io.edgeai.core.model;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 digest, the identity of model bytes.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Digest(String hex) {
    private static final int LENGTH = 64;

    public Digest {
        if (!valid(hex)) {
            throw new InvalidInputException("Digest (" + hex + ") is not 64 lower-case hexadecimal digits.");
        }
    }

    private static boolean valid(String hex) {
        if (hex.length() != LENGTH) {
            return false;
        }
        for (int i = 0; i < LENGTH; i++) {
            char c = hex.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    public static Digest of(byte[] bytes) {
        return new Digest(HexFormat.of().formatHex(sha256().digest(bytes)));
    }

    /** Reads a whole file. */
    public static Digest of(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return of(in);
        } catch (IOException e) {
            throw new StorageException("Cannot read (" + file + ") to compute its digest.", e);
        }
    }

    /** Reads to the end; the caller closes it. */
    public static Digest of(InputStream in) throws IOException {
        MessageDigest sha = sha256();
        byte[] chunk = new byte[1 << 16];
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
            sha.update(chunk, 0, n);
        }
        return new Digest(HexFormat.of().formatHex(sha.digest()));
    }

    /** A fresh SHA-256, for callers that digest while they copy. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JVM lacks SHA-256, which every Java platform must have.", e);
        }
    }

    /** The first 12 digits, for people. */
    public String abbreviated() {
        return hex.substring(0, 12);
    }

    @Override
    public String toString() {
        return "sha256:" + hex;
    }
}
