package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.remote.TlsFiles;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that name the PEM files of one side of a connection. */
final class TlsOptions {
    @Option(names = "--certificate", paramLabel = "PEM", description = "The certificate to show.")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "PEM", description = "Its private key, PKCS #8 without a password.")
    private @Nullable Path key;

    @Option(names = "--trust", paramLabel = "PEM", description = "Certificates that the other side's must come from.")
    private @Nullable Path trust;

    /** Null where none of the options is given. */
    @Nullable
    TlsFiles files() {
        if (certificate == null && key == null && trust == null) {
            return null;
        }
        if (certificate == null || key == null || trust == null) {
            throw new InvalidInputException("Options --certificate (" + certificate + "), --key (" + key
                    + ") and --trust (" + trust + ") belong together. Maybe give all three.");
        }
        return TlsFiles.showing(certificate, key).andTrusting(trust);
    }
}
