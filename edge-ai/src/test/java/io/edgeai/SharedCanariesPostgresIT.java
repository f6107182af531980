package io.edgeai;

import static org.junit.jupiter.api.Assumptions.abort;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Nodes with homes of their own and one PostgreSQL; on Linux on amd64. */
class SharedCanariesPostgresIT extends SharedCanaries {
    private static EmbeddedPostgres server;

    @TempDir
    Path folder;

    private int opened;

    @BeforeAll
    static void start() {
        try {
            server = EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
        } catch (IOException | RuntimeException e) {
            abort("no PostgreSQL runs here: " + e);
        }
    }

    @AfterAll
    static void stop() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @Override
    EdgeAI.Builder node() {
        String schema = folder.getFileName().toString().replace('-', '_');
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA IF NOT EXISTS " + schema);
        } catch (SQLException e) {
            throw new IllegalStateException("The server answers no more.", e);
        }
        DataSource nodes = server.getDatabase("postgres", "postgres", Map.of("currentSchema", schema));
        return EdgeAI.builder().home(folder.resolve("node" + opened++)).registry(r -> r.database(nodes)
                .blobs(folder.resolve("shared")));
    }
}
