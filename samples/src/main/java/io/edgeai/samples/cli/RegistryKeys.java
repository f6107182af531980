package io.edgeai.samples.cli;

import io.edgeai.core.audit.Checkpoint;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.signing.SigningKey;
import io.edgeai.samples.terminal.Terminal;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The registry's commands that make keys and signatures. */
final class RegistryKeys {
    private RegistryKeys() {}

    /** Where a pair lies. */
    static final class Pair {
        @Option(names = "--key", required = true, paramLabel = "KEY.pem", description = "The private key.")
        private Path secret = Path.of("");

        @Option(names = "--public", required = true, paramLabel = "KEY.pub.pem", description = "Its public key.")
        private Path open = Path.of("");

        SigningKey read() {
            return SigningKey.read(secret, open);
        }
    }

    /** Makes a pair of keys. */
    @Command(description = "Make an Ed25519 key pair: PREFIX.pem and PREFIX.pub.pem.")
    static final class Key extends ToolCommand {
        @Parameters(paramLabel = "PREFIX", description = "Path without the endings; existing files are kept.")
        private String prefix = "";

        Key(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            SigningKey key = SigningKey.generate();
            key.write(Path.of(prefix + ".pem"), Path.of(prefix + ".pub.pem"));
            if (json()) {
                terminal().json(Map.of("id", key.verifying().id(), "public", prefix + ".pub.pem"));
            } else {
                terminal().line(key.verifying() + " -> " + prefix + ".pem, " + prefix + ".pub.pem");
            }
            return OK;
        }
    }

    /** Signs a version. */
    @Command(
            description = "Sign a version: name, number, bytes and tags; the signature becomes a tag and travels with"
                    + " exports.")
    static final class Sign extends RegistryTool {
        @Parameters(paramLabel = "REF", description = "NAME@NUMBER.")
        private String ref = "";

        @picocli.CommandLine.Mixin
        private Pair pair = new Pair();

        Sign(Terminal terminal) {
            super(terminal, false);
        }

        @Override
        int call(EdgeModelRegistry registry) {
            SigningKey key = pair.read();
            ModelVersion version = registry.annotations().sign(VersionRef.parse(ref), key);
            return done(version, version.ref() + " is signed by " + key.verifying());
        }
    }

    /** Signs how the history ends. */
    @Command(description = "Sign how the audit ends now; keep a copy of what it prints elsewhere.")
    static final class SignHistory extends RegistryTool {
        @picocli.CommandLine.Mixin
        private Pair pair = new Pair();

        SignHistory(Terminal terminal) {
            super(terminal, false);
        }

        @Override
        int call(EdgeModelRegistry registry) {
            Checkpoint checkpoint = registry.history().checkpoint(pair.read());
            if (json()) {
                terminal()
                        .json(Map.of(
                                "sequence", checkpoint.sequence(),
                                "hash", checkpoint.hash(),
                                "at", checkpoint.at().toString(),
                                "key", checkpoint.key(),
                                "signature", checkpoint.signature()));
            } else {
                terminal().line("entry " + checkpoint.sequence() + " " + checkpoint.hash());
            }
            return OK;
        }
    }
}
