package io.edgeai.core.registry;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection: transactions and statements, each prepared once. Every statement belongs inside a transaction, which the owner serializes. */
final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    private final Path file;
    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    Database(Path file) {
        this.file = file;
        this.connection = SqliteDialect.connect(file);
    }

    Path file() {
        return file;
    }

    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        T run() throws SQLException;
    }

    /** @param writes whether to run alone among all writers of the home, in any process */
    <T extends @Nullable Object> T transaction(boolean writes, Work<T> work) {
        boolean open = false;
        try {
            SqliteDialect.begin(connection, writes);
            open = true;
            T result = work.run();
            SqliteDialect.commit(connection);
            open = false;
            return result;
        } catch (SQLException e) {
            throw SqliteDialect.failure(file, e);
        } finally {
            if (open) {
                rollback();
            }
        }
    }

    private void rollback() {
        try {
            SqliteDialect.rollback(connection);
        } catch (SQLException e) {
            LOG.warn(
                    "Rolling back in {} failed: {}", file, e.getMessage()); // SQLite has done it already on some errors
        }
    }

    @FunctionalInterface
    interface Row<T> {
        T of(ResultSet rows) throws SQLException;
    }

    <T> T one(String sql, Row<T> row, @Nullable Object... arguments) throws SQLException {
        return query(sql, row, arguments).get(0);
    }

    /** @param row maps a row; must not run the same statement, whose result is open meanwhile */
    <T> List<T> query(String sql, Row<T> row, @Nullable Object... arguments) throws SQLException {
        try (ResultSet rows = prepare(sql, arguments).executeQuery()) {
            List<T> found = new ArrayList<>();
            while (rows.next()) {
                found.add(row.of(rows));
            }
            return found;
        }
    }

    void update(String sql, @Nullable Object... arguments) throws SQLException {
        prepare(sql, arguments).executeUpdate();
    }

    private PreparedStatement prepare(String sql, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
        return statement;
    }

    @Override
    public void close() {
        try {
            for (PreparedStatement statement : prepared.values()) {
                statement.close();
            }
            connection.close();
        } catch (SQLException e) {
            throw SqliteDialect.failure(file, e);
        }
    }
}
