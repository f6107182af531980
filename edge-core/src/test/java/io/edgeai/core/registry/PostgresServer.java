package io.edgeai.core.registry;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgeai.core.concurrent.Ample;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a {@link Schema} of their own in one PostgreSQL for all tests of the JVM, which the first of them begins: that
 * of {@code -Dedgeai.postgres=jdbc:postgresql://…?user=…}, or else one unpacked from a test dependency, which is for Linux
 * on amd64. Where neither runs, the tests are skipped.
 */
final class PostgresServer implements ParameterResolver {
    /**
     * An empty place for one registry.
     *
     * @param name what its connections call themselves
     */
    record Schema(String name, String url) {
        /** Runs SQL as another client of the server would. */
        void execute(String sql) throws SQLException {
            try (Connection connection = DriverManager.getConnection(url + "&ApplicationName=another");
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        /** Ends all connections to the registry, as a restart of the server does. */
        void disconnectAll() throws SQLException {
            execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '" + name + "'");
        }
    }

    /** The server, or why there is none. */
    private static final class Running implements AutoCloseable {
        private final AtomicInteger schemas = new AtomicInteger();
        private @Nullable EmbeddedPostgres server;
        private String url = System.getProperty("edgeai.postgres", "");
        private String problem = "";

        Running() {
            if (url.isEmpty()) {
                try {
                    // A commit is not synced: no test ends the machine.
                    server = EmbeddedPostgres.builder()
                            .setServerConfig("fsync", "off")
                            .setLocaleConfig("locale", "C")
                            .setPGStartupWait(Ample.TIME)
                            .start();
                    url = server.getJdbcUrl("postgres", "postgres");
                } catch (IOException | RuntimeException e) {
                    problem = e.toString();
                }
            }
        }

        Schema schema() throws SQLException {
            assumeTrue(!url.isEmpty(), "no PostgreSQL runs here: " + problem);
            String name = "edgeai_test_" + ProcessHandle.current().pid() + "_" + schemas.incrementAndGet();
            Schema schema = new Schema(name, url + "&currentSchema=" + name + "&ApplicationName=" + name);
            schema.execute("CREATE SCHEMA " + name);
            return schema;
        }

        @Override
        public void close() throws IOException {
            if (server != null) {
                server.close();
            }
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Schema.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Running running = context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(Running.class, key -> new Running(), Running.class);
        try {
            return running.schema();
        } catch (SQLException e) {
            throw new IllegalStateException("The server answers no more.", e);
        }
    }
}
