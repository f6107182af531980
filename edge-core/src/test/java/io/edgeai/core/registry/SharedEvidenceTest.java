package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.StorageException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedEvidenceTest extends SharedEvidenceContract {
    private static final EvidenceKey KEY = new EvidenceKey("m", "default", "canary", 5, "m@2 beside m@1");

    @TempDir
    Path home;

    @Override
    EdgeModelRegistry open() {
        return RegistryModels.open(home);
    }

    @Test
    void whatWasAlteredIsNotTakenForEvidence() throws Exception {
        try (EdgeModelRegistry registry = open()) {
            registry.evidence().put(KEY, "a", 0, "{\"errors\":50}");
            try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("registry.db"));
                    Statement statement = database.createStatement()) {
                statement.execute("UPDATE evidence SET state = '{\"errors\":10}'");
            }
            assertThatThrownBy(() -> registry.evidence().parts(KEY))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("not as it was written")
                    .hasMessageContaining("Maybe");
        }
    }

    @Test
    void aClosedRegistryHasNone() {
        EdgeModelRegistry registry = open();
        SharedEvidence evidence = registry.evidence();
        registry.close();
        assertThatThrownBy(() -> evidence.parts(KEY)).isInstanceOf(LifecycleException.class);
        assertThat(home.resolve("registry.db")).exists();
    }
}
