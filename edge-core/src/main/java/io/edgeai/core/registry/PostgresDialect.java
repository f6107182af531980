package io.edgeai.core.registry;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.error.StorageException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.Set;
import javax.sql.DataSource;

/**
 * PostgreSQL: one registry per schema, whose writers wait for each other by an advisory lock that ends with their
 * transaction or their connection.
 */
final class PostgresDialect implements Dialect {
    static final String CHANNEL = "edgeai_registry";
    static final String DEPENDENCY = "org.postgresql:postgresql:42.7.14";
    private static final String PREFIX = "jdbc:postgresql:";

    /** A node that vanishes without a word loses its connection, and with it the write lock, within 25 s. */
    private static final String LOCKED = "; SET LOCAL tcp_keepalives_idle = 10; SET LOCAL tcp_keepalives_interval = 5;"
            + " SET LOCAL tcp_keepalives_count = 3;"
            + " SELECT set_config('synchronous_commit', 'on', true)"
            + " WHERE current_setting('synchronous_commit') = 'off';"
            + " SELECT pg_advisory_xact_lock(hashtextextended('edgeai ' || current_schema(), 0))";

    /** Ended by the server: shut down by an administrator, by a crash, or still starting. */
    private static final Set<String> SERVER_ENDS = Set.of("57P01", "57P02", "57P03", "57P05");

    private static final Set<String> CONTENTION = Set.of("55P03", "40001", "40P01", "53300");

    private static final int PATIENCE_MILLIS = 30_000;

    private final String name;
    private final Connections connections;
    private final String beginWriting;

    private PostgresDialect(String name, Connections connections, int patienceMillis) {
        this.name = name;
        this.connections = connections;
        this.beginWriting = "BEGIN; SET LOCAL lock_timeout = " + patienceMillis + LOCKED;
    }

    @FunctionalInterface
    private interface Connections {
        Connection open() throws SQLException;
    }

    /** By a URL {@code jdbc:postgresql://host/database}, with the settings that the driver documents. */
    static PostgresDialect of(String url) {
        String name = url.split("\\?", 2)[0];
        if (!url.startsWith(PREFIX)) {
            throw new InvalidInputException("Database (" + name + ") is not one that a registry can be in. Maybe use "
                    + PREFIX + "//host/database, or leave it out for SQLite in the home.");
        }
        Properties settings = new Properties();
        settings.setProperty("ApplicationName", "edgeai");
        settings.setProperty("connectTimeout", "10");
        settings.setProperty("socketTimeout", "60");
        settings.setProperty("tcpKeepAlive", "true");
        return new PostgresDialect(name, () -> driver(url).connect(url, settings), PATIENCE_MILLIS);
    }

    static PostgresDialect of(DataSource source) {
        return new PostgresDialect(
                "PostgreSQL by " + source.getClass().getSimpleName(), source::getConnection, PATIENCE_MILLIS);
    }

    /** The same, but a writer waits no longer than this for another. */
    PostgresDialect withPatience(int millis) {
        return new PostgresDialect(name, connections, millis);
    }

    private static Driver driver(String url) {
        try {
            return DriverManager.getDriver(url);
        } catch (SQLException e) {
            throw new RuntimeUnavailableException(
                    "The driver of PostgreSQL is not here (" + e.getMessage() + "). Maybe add the dependency "
                            + DEPENDENCY + ".",
                    e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Connection connect() {
        try {
            Connection connection = connections.open();
            connection.setAutoCommit(true);
            return connection;
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    @Override
    public void begin(Connection connection, boolean writes) throws SQLException {
        try {
            execute(connection, writes ? beginWriting : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        } catch (SQLException e) {
            if (!lost(e)) {
                execute(connection, "ROLLBACK"); // it began, and waited for the lock in vain
            }
            throw e;
        }
    }

    @Override
    public void commit(Connection connection, boolean writes) throws SQLException {
        execute(connection, writes ? "NOTIFY " + CHANNEL + "; COMMIT" : "COMMIT");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public boolean sendsTogether() {
        return true;
    }

    @Override
    public boolean gathers() {
        return false;
    }

    @Override
    public String definition(String sql) {
        return sql.replace("INTEGER PRIMARY KEY AUTOINCREMENT", "BIGINT PRIMARY KEY")
                .replace(" INTEGER", " BIGINT");
    }

    @Override
    public String highestEntry() {
        return "SELECT COALESCE(MAX(sequence), 0) FROM audit";
    }

    @Override
    public boolean lost(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith("08") || SERVER_ENDS.contains(state);
    }

    @Override
    public EdgeException failure(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        String what = "Registry database (" + name + ") failed: " + e.getMessage() + ".";
        if (state.equals("22021") || state.equals("22P05")) {
            return new InvalidInputException(
                    what + " Maybe a text holds the character U+0000, which it cannot keep.", e);
        }
        if (CONTENTION.contains(state)) {
            return StorageException.retriable(what + " Maybe try again; others are writing.", e);
        }
        if (lost(e)) {
            return StorageException.retriable(what + " Maybe try again once it is up and reachable.", e);
        }
        return new StorageException(
                what + " Maybe user, password or database is wrong, the user may not create tables, or its disk is"
                        + " full.",
                e);
    }

    @Override
    public Watch watch() {
        return new PostgresWatch(this);
    }
}
