package io.edgeai.core.registry;

import io.edgeai.core.registry.PostgresServer.Schema;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PostgresServer.class)
class SharedEvidencePostgresIT extends SharedEvidenceContract {
    @TempDir
    Path folder;

    private Schema schema;
    private int opened;

    @BeforeEach
    void schema(Schema fresh) {
        this.schema = fresh;
    }

    @Override
    EdgeModelRegistry open() {
        return RegistryModels.builder(folder.resolve("node" + opened++))
                .database(schema.url())
                .blobs(folder.resolve("shared"))
                .build();
    }
}
