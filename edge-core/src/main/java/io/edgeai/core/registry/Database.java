package io.edgeai.core.registry;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.StorageException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, made again where it was lost: transactions and statements, each prepared once. Every statement belongs
 * inside a transaction, which the owner serializes.
 */
final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final int MOST_TOGETHER = 64;

    private record Update(String sql, List<@Nullable Object> arguments) {}

    private final Dialect dialect;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();
    private final List<Update> waiting = new ArrayList<>();
    private @Nullable Connection connection;

    Database(Dialect dialect) {
        this.dialect = dialect;
        this.connection = dialect.connect();
    }

    String name() {
        return dialect.name();
    }

    Dialect dialect() {
        return dialect;
    }

    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        T run() throws SQLException;
    }

    /** @param writes whether to run alone among all writers of the registry, in any process */
    <T extends @Nullable Object> T transaction(boolean writes, Work<T> work) {
        boolean open = false;
        boolean committing = false;
        try {
            begin(writes);
            open = true;
            T result = work.run();
            send();
            committing = writes;
            dialect.commit(connected(), writes);
            open = false;
            return result;
        } catch (SQLException e) {
            if (dialect.lost(e)) {
                open = false;
                disconnect();
                if (committing) {
                    throw new StorageException(
                            "Registry database (" + name() + ") was lost while it recorded a change, which may be"
                                    + " there or not. Maybe look before you repeat it.",
                            e);
                }
            }
            throw dialect.failure(e);
        } finally {
            waiting.clear();
            if (open) {
                rollback();
            }
        }
    }

    /** One query by itself, which needs no transaction. */
    <T extends @Nullable Object> T alone(Work<T> query) {
        try {
            try {
                return query.run();
            } catch (SQLException e) {
                if (!dialect.lost(e)) {
                    throw e;
                }
                disconnect();
                return query.run();
            }
        } catch (SQLException e) {
            if (dialect.lost(e)) {
                disconnect();
            }
            throw dialect.failure(e);
        }
    }

    /** Where the connection was lost since the last transaction, nothing has happened yet, and another one does. */
    private void begin(boolean writes) throws SQLException {
        try {
            dialect.begin(connected(), writes);
        } catch (SQLException e) {
            if (!dialect.lost(e)) {
                throw e;
            }
            disconnect();
            dialect.begin(connected(), writes);
        }
    }

    private void rollback() {
        try {
            execute("ROLLBACK");
        } catch (SQLException e) {
            LOG.warn("Rolling back in {} failed: {}", name(), e.getMessage()); // SQLite has done it on some errors
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connected().createStatement()) {
            statement.execute(sql);
        }
    }

    /** Runs a statement that defines tables. */
    void define(String sql) throws SQLException {
        send();
        execute(dialect.definition(sql));
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
        send();
        try (ResultSet rows = prepare(sql, arguments).executeQuery()) {
            List<T> found = new ArrayList<>();
            while (rows.next()) {
                found.add(row.of(rows));
            }
            return found;
        }
    }

    /** Takes place before the next query or the end of the transaction, which may be when it fails. */
    void update(String sql, @Nullable Object... arguments) throws SQLException {
        waiting.add(new Update(sql, Arrays.asList(arguments)));
        if (!dialect.sendsTogether() || waiting.size() == MOST_TOGETHER) {
            send();
        }
    }

    /** Runs an update by itself, now; how many rows it changed. */
    int change(String sql, @Nullable Object... arguments) throws SQLException {
        send();
        return prepare(sql, arguments).executeUpdate();
    }

    private void send() throws SQLException {
        if (waiting.isEmpty()) {
            return;
        }
        List<Update> these = List.copyOf(waiting);
        waiting.clear();
        List<@Nullable Object> all = new ArrayList<>();
        these.forEach(update -> all.addAll(update.arguments()));
        @Nullable Object[] arguments = all.toArray();
        if (these.size() == 1) {
            prepare(these.get(0).sql(), arguments).executeUpdate();
            return;
        }
        String together = these.stream().map(Update::sql).collect(Collectors.joining("; "));
        try (PreparedStatement statement = connected().prepareStatement(together)) {
            bind(statement, arguments);
            statement.execute();
        }
    }

    private PreparedStatement prepare(String sql, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connected().prepareStatement(sql);
            prepared.put(sql, statement);
        }
        bind(statement, arguments);
        return statement;
    }

    private static void bind(PreparedStatement statement, @Nullable Object... arguments) throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
    }

    private Connection connected() {
        Connection open = connection;
        if (open == null) {
            open = dialect.connect();
            connection = open;
        }
        return open;
    }

    private void disconnect() {
        try {
            close();
        } catch (EdgeException e) {
            LOG.debug("Closing a lost connection: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        Connection open = connection;
        connection = null;
        try {
            for (PreparedStatement statement : prepared.values()) {
                statement.close();
            }
            if (open != null) {
                open.close();
            }
        } catch (SQLException e) {
            throw dialect.failure(e);
        } finally {
            prepared.clear();
        }
    }
}
