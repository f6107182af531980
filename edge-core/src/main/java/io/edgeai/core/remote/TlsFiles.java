package io.edgeai.core.remote;

import io.edgeai.core.error.InvalidInputException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * PEM files of one side of a TLS connection. Read when the connection or the server is opened.
 *
 * @param certificates this side's certificate chain; null where it shows none, which only clients may
 * @param key its private key, PKCS #8 without a password; null where there are no certificates
 * @param trusted certificates of the authorities that the other side's must come from; null on a client for the JVM's own,
 *     on a server for clients that need to show none
 */
public record TlsFiles(@Nullable Path certificates, @Nullable Path key, @Nullable Path trusted) {
    public TlsFiles {
        if ((certificates == null) != (key == null)) {
            throw new InvalidInputException("TLS files name certificates (" + certificates + ") and key (" + key
                    + "), but only one of them. Maybe give both or neither.");
        }
    }

    /** This side shows these certificates. */
    public static TlsFiles showing(Path certificates, Path key) {
        return new TlsFiles(certificates, key, null);
    }

    /** This side accepts certificates of these authorities, and shows none. */
    public static TlsFiles trusting(Path authorities) {
        return new TlsFiles(null, null, authorities);
    }

    /** A client that trusts what the JVM trusts. */
    public static TlsFiles ofTheJvm() {
        return new TlsFiles(null, null, null);
    }

    /** The same, accepting only certificates of these authorities. A server then requires them of its clients. */
    public TlsFiles andTrusting(Path authorities) {
        return new TlsFiles(certificates, key, authorities);
    }
}
