package io.edgeai.core.registry;

import io.edgeai.core.error.EdgeException;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * What one kind of database does in its own way; all other SQL of the registry is shared. Thread-safe; the connections it
 * makes are not.
 */
sealed interface Dialect permits SqliteDialect, PostgresDialect {
    /** Names the database in messages; holds no password. */
    String name();

    /** A connection in auto-commit mode, since transactions are begun and ended by statements. */
    Connection connect();

    /** @param writes whether to wait for the one write lock of the registry now, so that work cannot meet another writer */
    void begin(Connection connection, boolean writes) throws SQLException;

    /** Durable when it returns; after a write, watches of other processes wake up where the database can tell them. */
    void commit(Connection connection, boolean writes) throws SQLException;

    /** Whether statements that follow each other are sent as one, so that they wait for the database once. */
    boolean sendsTogether();

    /** Whether it has the functions that {@link Census} reads all versions with. */
    boolean gathers();

    /** A statement that defines tables, with this database's names of types. */
    String definition(String sql);

    /**
     * A query for the highest number that an entry of the audit ever had; from a counter apart from the entries where there is
     * one, since a table that lost its end looks whole.
     */
    String highestEntry();

    /** Whether the connection is gone, and another might work. */
    boolean lost(SQLException e);

    EdgeException failure(SQLException e);

    /** Waits for changes by others. */
    Watch watch();
}
