package io.edgeai.core.registry;

import io.edgeai.core.error.StorageException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * All that is SQLite and not plain SQL: how to connect, durability, the schema's text, and which errors mean contention.
 */
final class SqliteDialect {
    static final int BUSY_MILLIS = 30_000;
    private static final int OPEN_ATTEMPTS = 300;
    private static final long OPEN_PAUSE_NANOS = 10_000_000;

    /** Script n takes a database from schema n to n + 1; published scripts never change. */
    private static final List<List<String>> MIGRATIONS = List.of(List.of(
            "CREATE TABLE model (name TEXT PRIMARY KEY, last_number INTEGER NOT NULL)",
            "CREATE TABLE version (model TEXT NOT NULL REFERENCES model (name), number INTEGER NOT NULL,"
                    + " format TEXT NOT NULL, workload TEXT NOT NULL, digest TEXT NOT NULL, tree INTEGER NOT NULL,"
                    + " entry TEXT NOT NULL, size_bytes INTEGER NOT NULL, signature TEXT NOT NULL,"
                    + " parent_model TEXT, parent_number INTEGER, derivation TEXT NOT NULL, stage TEXT NOT NULL,"
                    + " registered_at TEXT NOT NULL, PRIMARY KEY (model, number),"
                    + " FOREIGN KEY (parent_model, parent_number) REFERENCES version (model, number))",
            "CREATE UNIQUE INDEX version_one_active ON version (model) WHERE stage = 'ACTIVE'",
            "CREATE INDEX version_parent ON version (parent_model, parent_number)",
            "CREATE TABLE tag (model TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,"
                    + " PRIMARY KEY (model, number, name),"
                    + " FOREIGN KEY (model, number) REFERENCES version (model, number) ON DELETE CASCADE)",
            "CREATE TABLE activation (sequence INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL,"
                    + " number INTEGER NOT NULL)",
            "CREATE INDEX activation_model ON activation (model, sequence)",
            "CREATE TABLE audit (sequence INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, actor TEXT NOT NULL,"
                    + " action TEXT NOT NULL, model TEXT NOT NULL, number INTEGER NOT NULL, detail TEXT NOT NULL)",
            "CREATE INDEX audit_model ON audit (model, sequence)"));

    private SqliteDialect() {}

    /** A connection that commits durably: write-ahead log, synced at each commit. */
    static Connection connect(Path file) {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLIS);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        for (int attempt = 1; ; attempt++) {
            try {
                return config.createConnection("jdbc:sqlite:" + file);
            } catch (SQLException e) {
                // Switching to the write-ahead log and recovering it fail at once where another process does the same.
                if (!busy(e) || attempt == OPEN_ATTEMPTS) {
                    throw failure(file, e);
                }
                LockSupport.parkNanos(OPEN_PAUSE_NANOS);
            }
        }
    }

    /**
     * Begins a transaction. The driver's own {@code setAutoCommit(false)} would begin the next one right after each
     * commit and so hold the write lock for good.
     *
     * @param writes whether to wait for the write lock now, so that the transaction cannot fail for contention later
     */
    static void begin(Connection connection, boolean writes) throws SQLException {
        execute(connection, writes ? "BEGIN IMMEDIATE" : "BEGIN");
    }

    static void commit(Connection connection) throws SQLException {
        execute(connection, "COMMIT");
    }

    static void rollback(Connection connection) throws SQLException {
        execute(connection, "ROLLBACK");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static boolean busy(SQLException e) {
        return e instanceof SQLiteException sqlite
                && (sqlite.getResultCode().code & 0xff) == SQLiteErrorCode.SQLITE_BUSY.code;
    }

    static StorageException failure(Path file, SQLException e) {
        String repair = busy(e)
                ? " Maybe another process holds it for longer than " + BUSY_MILLIS / 1000 + " s."
                : " Maybe the disk is full, the file is not writable, or it is no registry.";
        return new StorageException("Registry database (" + file + ") failed: " + e.getMessage() + "." + repair, e);
    }

    /** Brings the schema to this version's; call it inside a writing transaction. */
    static void migrate(Path file, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS edgeai_schema (version INTEGER NOT NULL)");
            int version;
            try (ResultSet rows = statement.executeQuery("SELECT MAX(version) FROM edgeai_schema")) {
                version = rows.next() ? rows.getInt(1) : 0;
            }
            if (version > MIGRATIONS.size()) {
                throw new StorageException("Registry database (" + file + ") has schema (" + version
                        + "), newer than this version's (" + MIGRATIONS.size() + "). Maybe upgrade EdgeAI.");
            }
            for (int next = version; next < MIGRATIONS.size(); next++) {
                for (String sql : MIGRATIONS.get(next)) {
                    statement.execute(sql);
                }
                statement.execute("INSERT INTO edgeai_schema (version) VALUES (" + (next + 1) + ")");
            }
        }
    }
}
