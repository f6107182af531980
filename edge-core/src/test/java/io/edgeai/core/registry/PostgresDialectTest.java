package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of a PostgreSQL that does not answer; needs none. */
class PostgresDialectTest {
    private static final String NOWHERE = "jdbc:postgresql://127.0.0.1:1/edge?user=ada&password=secret";

    @Test
    void aServerThatIsNotThereMayBeTriedLaterAndNoPasswordIsTold() {
        assertThatThrownBy(() -> PostgresDialect.of(NOWHERE).connect())
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.retriable()).isTrue())
                .hasMessageContaining("jdbc:postgresql://127.0.0.1:1/edge")
                .hasMessageNotContaining("secret")
                .hasMessageContaining("Maybe");
    }

    @ParameterizedTest
    @CsvSource({"jdbc:mysql://host/edge?password=secret", "host/edge", "''"})
    void otherDatabasesAreRefused(String url) {
        assertThatThrownBy(() -> PostgresDialect.of(url))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe use jdbc:postgresql://")
                .hasMessageNotContaining("secret");
    }

    /** States by the tables of PostgreSQL's manual, appendix A. */
    @ParameterizedTest
    @CsvSource({
        "08006, true", // connection_failure
        "57P01, true", // admin_shutdown
        "55P03, true", // lock_not_available
        "40001, true", // serialization_failure
        "53300, true", // too_many_connections
        "53100, false", // disk_full
        "28P01, false", // invalid_password
        "42501, false", // insufficient_privilege
        ", false"
    })
    void onlyWhatPassesMayBeTriedAgain(String state, boolean retriable) {
        EdgeException failure = PostgresDialect.of(NOWHERE).failure(new SQLException("said the server", state));
        assertThat(failure.retriable()).isEqualTo(retriable);
        assertThat(failure).hasMessageContaining("said the server").hasMessageContaining("Maybe");
    }

    @Test
    void withoutTheDriverItSaysWhichDependencyToAdd() throws Exception {
        List<URL> others = new ArrayList<>();
        for (String path : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!path.contains("postgres")) {
                others.add(Path.of(path).toUri().toURL());
            }
        }
        try (URLClassLoader loader =
                new URLClassLoader(others.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            var of = loader.loadClass(PostgresDialect.class.getName()).getDeclaredMethod("of", String.class);
            of.setAccessible(true);
            Object dialect = of.invoke(null, NOWHERE);
            var connect = dialect.getClass().getMethod("connect");
            connect.setAccessible(true);
            assertThatThrownBy(() -> connect.invoke(dialect))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .hasMessageContaining("Maybe add the dependency org.postgresql:postgresql:")
                    .extracting(e -> e.getClass().getSimpleName())
                    .isEqualTo("RuntimeUnavailableException");
        }
    }
}
