package io.edgeai.core.signing;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;

/** One block of Base64 between a first and a last line that name it (RFC 7468). */
final class PemFile {
    private static final int LONGEST = 1 << 16;
    private static final FileAttribute<?>[] NONE = {};

    private PemFile() {}

    static byte[] read(Path file, String label) {
        try {
            if (Files.size(file) > LONGEST) {
                throw new InvalidInputException("(" + file + ") is too long for a key.");
            }
            String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
            String begin = "-----BEGIN " + label + "-----";
            String end = "-----END " + label + "-----";
            if (!text.startsWith(begin) || !text.endsWith(end)) {
                throw new InvalidInputException(
                        "(" + file + ") holds no " + label + ". Maybe the two files are mixed up.");
            }
            return Base64.getMimeDecoder().decode(text.substring(begin.length(), text.length() - end.length()));
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidInputException("Cannot read the key (" + file + "): " + e + ".", e);
        }
    }

    static void write(Path file, String label, byte[] bytes) {
        write(file, label, bytes, NONE);
    }

    static void writeSecret(Path file, String label, byte[] bytes) {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        write(
                file,
                label,
                bytes,
                posix
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : NONE);
    }

    private static void write(Path file, String label, byte[] bytes, FileAttribute<?>[] attributes) {
        String text = "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + label
                + "-----\n";
        try {
            Files.createFile(file, attributes);
            Files.writeString(file, text, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new StorageException("Cannot write the key (" + file + "): " + e + ". Maybe it exists already.", e);
        }
    }
}
