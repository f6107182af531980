package io.edgeai.core.registry;

import static io.edgeai.core.registry.RegistryModels.add;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.VersionRef;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** How often calls wait for the server, which is what they cost over a network; counts what is executed. */
@ExtendWith(PostgresServer.class)
class PostgresRoundTripsTest {
    @TempDir
    Path folder;

    private final AtomicInteger trips = new AtomicInteger();

    @Test
    void aPromotionWaitsFiveTimesAndAReadOnce(PostgresServer.Schema schema) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(schema.url());
        try (EdgeModelRegistry registry =
                RegistryModels.builder(folder).database(counting(source)).build()) {
            VersionRef one = add(registry, "m", 1).ref();
            VersionRef two = add(registry, "m", 2).ref();
            registry.lifecycle().validate(one);
            registry.lifecycle().validate(two);
            assertThat(registry.promote(one, "first").number()).isEqualTo(1);

            // A look at what is new, the write lock, the end of the audit, all changes at once, the commit.
            assertThat(trips(() -> registry.promote(two, "second"))).isEqualTo(5);
            assertThat(trips(() -> registry.rollback("m", "back"))).isEqualTo(4);
            assertThat(trips(() -> registry.annotations().tag(two, "site", "north")))
                    .isEqualTo(4);
            assertThat(trips(() -> registry.versions("m"))).isEqualTo(1);
            assertThat(trips(() -> registry.active("m"))).isZero();
            assertThat(registry.history().verify(java.util.Set.of()).findings()).isEmpty();
        }
    }

    private int trips(Runnable call) {
        trips.set(0);
        call.run();
        return trips.get();
    }

    private DataSource counting(DataSource source) {
        return (DataSource) proxy(DataSource.class, source);
    }

    private Object proxy(Class<?> type, Object real) {
        return Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> called(real, method, arguments));
    }

    private Object called(Object real, Method method, Object[] arguments) throws Throwable {
        if (method.getName().startsWith("execute")) {
            trips.incrementAndGet();
        }
        Object result;
        try {
            result = method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
        for (Class<?> type : new Class<?>[] {Connection.class, PreparedStatement.class, Statement.class}) {
            if (method.getReturnType() == type) {
                return proxy(type, result);
            }
        }
        return result;
    }
}
