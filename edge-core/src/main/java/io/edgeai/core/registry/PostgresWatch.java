package io.edgeai.core.registry;

import io.edgeai.core.error.EdgeException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Is told of changes over a connection of its own that listens; where that fails, lets a second pass and tries again.
 */
final class PostgresWatch implements Watch {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresWatch.class);
    private static final int PERIOD_MILLIS = 1000;

    private final PostgresDialect dialect;
    private final Watch pause = Watch.every(PERIOD_MILLIS);
    private volatile boolean closed;
    private volatile @Nullable Connection connection;
    private boolean deaf;

    PostgresWatch(PostgresDialect dialect) {
        this.dialect = dialect;
    }

    @Override
    public void await() {
        try {
            Connection listening = connection;
            if (listening == null) {
                listen(); // and look at once: what came before it was not heard
            } else {
                PGConnection postgres = listening.unwrap(PGConnection.class);
                postgres.getNotifications(PERIOD_MILLIS);
            }
            deaf = false;
        } catch (SQLException | EdgeException | NoClassDefFoundError e) {
            if (!deaf && !closed) {
                LOG.warn("Changes of {} are looked for each second, as it cannot tell them: {}", dialect.name(), e);
            }
            deaf = true;
            disconnect();
            pause.await();
        }
    }

    private void listen() throws SQLException {
        Connection fresh = dialect.connect();
        connection = fresh;
        if (closed) {
            disconnect();
            return;
        }
        try (Statement statement = fresh.createStatement()) {
            statement.execute("LISTEN " + PostgresDialect.CHANNEL);
        }
    }

    private void disconnect() {
        Connection before = connection;
        connection = null;
        if (before != null) {
            try {
                before.abort(Runnable::run); // unlike close(), ends a wait in another thread
            } catch (SQLException e) {
                LOG.debug("Ending a connection to {}: {}", dialect.name(), e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        pause.close();
        disconnect();
    }
}
