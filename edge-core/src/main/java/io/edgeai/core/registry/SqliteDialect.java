package io.edgeai.core.registry;

import io.edgeai.core.error.StorageException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.LockSupport;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * All that is SQLite and not plain SQL: how to connect, durability, and which errors mean contention.
 */
final class SqliteDialect {
    static final int BUSY_MILLIS = 30_000;
    private static final int OPEN_ATTEMPTS = 300;
    private static final long OPEN_PAUSE_NANOS = 10_000_000;

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
}
