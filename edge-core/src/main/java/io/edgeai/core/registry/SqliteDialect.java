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

/** SQLite in one file, whose write-ahead log is synced at each commit; processes are told nothing of each other. */
final class SqliteDialect implements Dialect {
    static final int BUSY_MILLIS = 30_000;
    private static final int OPEN_ATTEMPTS = 300;
    private static final long OPEN_PAUSE_NANOS = 10_000_000;
    private static final long LOOK_MILLIS = 250;

    private final Path file;

    SqliteDialect(Path file) {
        this.file = file;
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public Connection connect() {
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
                    throw failure(e);
                }
                LockSupport.parkNanos(OPEN_PAUSE_NANOS);
            }
        }
    }

    /**
     * The driver's own {@code setAutoCommit(false)} would begin the next transaction right after each commit and so hold
     * the write lock for good.
     */
    @Override
    public void begin(Connection connection, boolean writes) throws SQLException {
        execute(connection, writes ? "BEGIN IMMEDIATE" : "BEGIN");
    }

    @Override
    public void commit(Connection connection, boolean writes) throws SQLException {
        execute(connection, "COMMIT");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public boolean sendsTogether() {
        return false;
    }

    @Override
    public boolean gathers() {
        return true;
    }

    @Override
    public String definition(String sql) {
        return sql;
    }

    @Override
    public String highestEntry() {
        return "SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = 'audit'";
    }

    @Override
    public boolean lost(SQLException e) {
        return false;
    }

    private static boolean busy(SQLException e) {
        return e instanceof SQLiteException sqlite
                && (sqlite.getResultCode().code & 0xff) == SQLiteErrorCode.SQLITE_BUSY.code;
    }

    @Override
    public StorageException failure(SQLException e) {
        String what = "Registry database (" + file + ") failed: " + e.getMessage() + ".";
        return busy(e)
                ? StorageException.retriable(
                        what + " Maybe another process holds it for longer than " + BUSY_MILLIS / 1000 + " s.", e)
                : new StorageException(
                        what + " Maybe the disk is full, the file is not writable, or it is no registry.", e);
    }

    @Override
    public Watch watch() {
        return Watch.every(LOOK_MILLIS);
    }
}
