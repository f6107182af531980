package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.signing.VerifyingKey;
import io.edgeai.samples.inference.ModelFile;
import io.edgeai.samples.terminal.ConsoleProgress;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The registry's commands that change it. */
final class RegistryChanges {
    private RegistryChanges() {}

    /** Stores a model as the next version. */
    @Command(description = "Store a model file or folder as the next version; prints its reference.")
    static final class Register extends RegistryTool {
        @Parameters(index = "0", paramLabel = "NAME", description = "The model's name.")
        private String name = "";

        @Parameters(index = "1", paramLabel = "FILE", description = "File or folder of the model.")
        private Path file = Path.of("");

        @Option(names = "--workload", paramLabel = "TYPE", description = "What for: ${COMPLETION-CANDIDATES}.")
        private WorkloadType workload = WorkloadType.INFERENCE;

        @Option(names = "--tag", paramLabel = "KEY=VALUE", description = "A note; may be given several times.")
        private Map<String, String> tags = new LinkedHashMap<>();

        @Option(names = "--derived-from", paramLabel = "REF", description = "The version it was made from.")
        private @Nullable String parent;

        @Option(names = "--how", paramLabel = "TEXT", description = "How it was made from it, e.g. int8-static.")
        private @Nullable String how;

        Register(Terminal terminal) {
            super(terminal, true);
        }

        @Override
        void check() {
            ModelFile.of(file);
            if ((parent == null) != (how == null)) {
                throw new InvalidInputException("--derived-from (" + parent + ") and --how (" + how
                        + ") go together. Maybe --derived-from NAME@1 --how int8-static.");
            }
        }

        @Override
        int call(EdgeModelRegistry registry) {
            ModelVersion version;
            try (ConsoleProgress progress = terminal().progress()) {
                version = registry.register(name, file, registration -> {
                    registration.workload(workload).progress(progress);
                    tags.forEach(registration::tag);
                    if (parent != null && how != null) {
                        registration.derivedFrom(VersionRef.parse(parent), how);
                    }
                });
            }
            return done(version, version.ref().toString());
        }
    }

    /** Frees bytes that no version refers to. */
    @Command(description = "Free the bytes that no version refers to.")
    static final class Collect extends RegistryTool {
        Collect(Terminal terminal) {
            super(terminal, false);
        }

        @Override
        int call(EdgeModelRegistry registry) {
            long freed = registry.gc();
            if (json()) {
                terminal().json(Map.of("freedBytes", freed));
            } else {
                terminal().line("freed " + Figures.bytes(freed));
            }
            return OK;
        }
    }

    /** Registers what another registry exported. */
    @Command(description = "Register the versions of an exported file; prints where each went.")
    static final class Import extends RegistryTool {
        private static final int TAR_MARK = 257;

        @Parameters(paramLabel = "FILE", description = "What 'registry export' wrote, ZIP file or OCI image layout.")
        private Path file = Path.of("");

        @Option(
                names = "--trusted",
                paramLabel = "KEY.pub.pem",
                description = "Take only what is signed by this key; repeatable, for any of them.")
        private List<Path> trusted = new ArrayList<>();

        Import(Terminal terminal) {
            super(terminal, true);
        }

        /** One line of the answer. */
        record Moved(String there, VersionView here) {}

        @Override
        void check() {
            if (!Files.exists(file)) {
                throw new InvalidInputException(
                        "File (" + file + ") does not exist. Maybe the path is relative to another folder than ("
                                + Path.of("").toAbsolutePath() + ").");
            }
            if (Files.isRegularFile(file) && !archive(file)) {
                throw new InvalidInputException(
                        "(" + file + ") is no readable export of a registry: it is neither a ZIP"
                                + " file nor a tar. Maybe export it again.");
            }
        }

        /** Whether the file begins as a ZIP file or a tar does. */
        private static boolean archive(Path file) {
            try (InputStream in = Files.newInputStream(file)) {
                String start = new String(in.readNBytes(TAR_MARK + 5), StandardCharsets.ISO_8859_1);
                return start.startsWith("PK") || start.startsWith("ustar", TAR_MARK);
            } catch (IOException e) {
                throw new InvalidInputException(
                        "File (" + file + ") cannot be read: " + e + ". Maybe check its permissions.", e);
            }
        }

        @Override
        int call(EdgeModelRegistry registry) {
            List<Moved> moved = new ArrayList<>();
            registry.importFrom(file, trusted.stream().map(VerifyingKey::read).toList())
                    .forEach((there, here) -> moved.add(new Moved(there.toString(), VersionView.of(here))));
            if (json()) {
                terminal().json(moved);
            } else {
                moved.forEach(
                        one -> terminal().line(one.there() + " -> " + one.here().ref()));
            }
            return OK;
        }
    }
}
