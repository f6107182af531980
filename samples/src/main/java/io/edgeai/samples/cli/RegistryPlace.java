package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.registry.EdgeModelRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where a registry is. */
final class RegistryPlace {
    @Option(names = "--home", paramLabel = "DIR", description = "The registry's folder (default: edge-home).")
    private Path home = Path.of("edge-home");

    @Option(
            names = "--database",
            paramLabel = "URL",
            description =
                    "Keeps the records in PostgreSQL, jdbc:postgresql://HOST/DATABASE?user=NAME, with the password"
                            + " in ~/.pgpass (default: SQLite in the folder).")
    private @Nullable String database;

    @Option(
            names = "--blobs",
            paramLabel = "DIR",
            description = "The folder of the models' bytes, which all nodes see (default: the registry's).")
    private @Nullable Path blobs;

    Path home() {
        return home;
    }

    /** Whether there may be a registry; a database tells only when it is asked. */
    boolean begun() {
        return database != null || Files.isRegularFile(home.resolve("registry.db"));
    }

    /** @throws InvalidInputException where there can be none */
    void requireBegun() {
        if (!begun()) {
            throw new InvalidInputException("There is no registry in (" + home.toAbsolutePath()
                    + "). Maybe name its folder by --home DIR, or begin one with 'edgeai registry register'.");
        }
    }

    void set(EdgeModelRegistry.Builder registry) {
        registry.home(home);
        if (database != null) {
            registry.database(database);
        }
        if (blobs != null) {
            registry.blobs(blobs);
        }
    }

    EdgeModelRegistry open() {
        EdgeModelRegistry.Builder registry = EdgeModelRegistry.builder();
        set(registry);
        return registry.build();
    }
}
