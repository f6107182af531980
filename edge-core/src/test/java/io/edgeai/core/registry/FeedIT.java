package io.edgeai.core.registry;

import static io.edgeai.core.registry.RegistryModels.add;
import static io.edgeai.core.registry.RegistryModels.ref;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Ample;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.event.StageChanged;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a registry that follows tells of others, against what those tell of themselves. */
@ExtendWith(PostgresServer.class)
class FeedIT {
    private static final int MOVES = 150;
    private static final long SEED = 20261126;

    @TempDir
    Path folder;

    /** A registry and what its subscribers heard. */
    private static final class Node implements AutoCloseable {
        private final Queue<StageChanged> heard = new ConcurrentLinkedQueue<>();
        private final EdgeModelRegistry registry;

        /** The clock of {@code active} stands still, so that it never looks by itself. */
        Node(EdgeModelRegistry.Builder place) {
            EventBus bus = new EventBus((event, failure) -> {
                throw failure;
            });
            bus.subscribe(StageChanged.class, heard::add);
            registry = place.events(bus).ticker(() -> 0).build();
        }

        @Override
        public void close() {
            registry.close();
        }
    }

    private Node inSqlite() {
        return new Node(RegistryModels.builder(folder));
    }

    private Node inPostgres(PostgresServer.Schema schema) {
        return new Node(RegistryModels.builder(folder).database(schema.url()));
    }

    /** Moves versions of a model about in two environments, allowed or not. */
    private static void moveAbout(EdgeModelRegistry registry, String model, Random random) {
        for (int i = 0; i < 4; i++) {
            add(registry, model, i);
        }
        for (int i = 0; i < MOVES; i++) {
            Lifecycle life = registry.lifecycle().in(random.nextBoolean() ? "default" : "lab");
            VersionRef ref = ref(model, 1 + random.nextInt(4));
            try {
                switch (random.nextInt(10)) {
                    case 0 -> life.validate(ref);
                    case 1 -> life.stage(ref, "test");
                    case 2 -> life.shadow(ref, "test");
                    case 3 -> life.canary(ref, 1 + random.nextInt(99), "test");
                    case 4, 5, 6 -> life.promote(ref, "test");
                    case 7 -> life.rollback(model, "test");
                    case 8 -> life.quarantine(ref, "test");
                    default -> life.release(ref, "test");
                }
            } catch (LifecycleException refused) {
                assertThat(refused).hasMessageContaining("Maybe");
            }
        }
    }

    private static void hearsAllInOrder(Node speaker, Node listener) {
        listener.registry.follow();
        moveAbout(speaker.registry, "m", new Random(SEED));
        Ample.await().until(() -> listener.heard.size() >= speaker.heard.size());
        assertThat(List.copyOf(listener.heard)).as("seed %s", SEED).isEqualTo(List.copyOf(speaker.heard));
        assertThat(speaker.heard).extracting(StageChanged::environment).contains("default", "lab");
    }

    @Test
    void inSqliteAllThatTheOtherSaysIsHeardInOrder() {
        try (Node speaker = inSqlite();
                Node listener = inSqlite()) {
            hearsAllInOrder(speaker, listener);
        }
    }

    @Test
    void inPostgresAllThatTheOtherSaysIsHeardInOrder(PostgresServer.Schema schema) {
        try (Node speaker = inPostgres(schema);
                Node listener = inPostgres(schema)) {
            hearsAllInOrder(speaker, listener);
        }
    }

    /** The audit says how many moves there were; each is heard once, be it one's own or not. */
    @Test
    void whereBothWriteAndFollowEachHearsEveryMoveOnce(PostgresServer.Schema schema) {
        try (Node a = inPostgres(schema);
                Node b = inPostgres(schema)) {
            a.registry.follow();
            b.registry.follow();
            b.registry.follow();
            CompletableFuture<Void> beside =
                    CompletableFuture.runAsync(() -> moveAbout(a.registry, "of-a", new Random(SEED)));
            moveAbout(b.registry, "of-b", new Random(SEED + 1));
            beside.join();
            Ample.await().untilAsserted(() -> assertThat(sorted(a)).isEqualTo(sorted(b)));
            assertThat(a.heard)
                    .extracting(event -> event.version().model().name())
                    .contains("of-a", "of-b");
            assertThat(moves(a.registry, "of-a") + moves(a.registry, "of-b"))
                    .as("moves in the audit, of which those for all environments are told for each")
                    .isBetween(1L, (long) a.heard.size());
        }
    }

    private static long moves(EdgeModelRegistry registry, String model) {
        return registry.audit(model).stream()
                .filter(entry -> entry.from().isPresent() && !entry.from().equals(entry.to()))
                .count();
    }

    private static List<String> sorted(Node node) {
        return node.heard.stream().map(StageChanged::toString).sorted().toList();
    }

    @Test
    void activeShowsThePromotionOfAnotherWithoutLookingItself(PostgresServer.Schema schema) {
        try (Node a = inPostgres(schema);
                Node b = inPostgres(schema)) {
            b.registry.follow();
            ModelVersion one = add(a.registry, "m", 1);
            a.registry.promote(one.ref(), "test");
            Ample.await().until(() -> b.registry.findActive("m").isPresent());
            a.registry.lifecycle().quarantine(one.ref(), "test");
            Ample.await()
                    .until(() -> b.registry.findRecent(one.ref()).orElseThrow().stage() == Stage.QUARANTINED);
            assertThat(b.registry.findActive("m")).isEmpty();
        }
    }

    @Test
    void afterALostConnectionItHearsWhatItMissed(PostgresServer.Schema schema) throws Exception {
        try (Node a = inPostgres(schema);
                Node b = inPostgres(schema)) {
            b.registry.follow();
            ModelVersion one = add(a.registry, "m", 1);
            schema.disconnectAll();
            a.registry.promote(one.ref(), "test");
            Ample.await().until(() -> b.heard.size() == a.heard.size());
            assertThat(List.copyOf(b.heard)).isEqualTo(List.copyOf(a.heard)).isNotEmpty();
        }
    }

    @Test
    void nothingIsHeardAfterClosing() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        Node b = inSqlite();
        try (Node a = inSqlite()) {
            b.registry.follow();
            b.close();
            a.registry.promote(add(a.registry, "m", 1).ref(), "test");
            Ample.await().until(() -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(
                            thread -> thread.getName().startsWith("edgeai-registry-feed") && !before.contains(thread)));
            assertThat(b.heard).isEmpty();
        }
    }

    /** A watch that the test lets go on, so that the damage is there before anybody looks. */
    @Test
    void anEntryThatCannotBeReadIsPassedOver() throws Exception {
        Semaphore looks = new Semaphore(0);
        Watch watch = new Watch() {
            @Override
            public void await() {
                looks.acquireUninterruptibly();
            }

            @Override
            public void close() {
                looks.release();
            }
        };
        SqliteDialect database = new SqliteDialect(folder.resolve("registry.db"));
        Queue<StageChanged> heard = new ConcurrentLinkedQueue<>();
        EventBus bus = new EventBus((event, failure) -> {
            throw failure;
        });
        bus.subscribe(StageChanged.class, heard::add);
        try (Node a = inSqlite();
                Catalog reader = Catalog.open(database);
                Feed feed = new Feed(new Memory(folder, reader, () -> 0), bus, watch)) {
            feed.start();
            a.registry.promote(add(a.registry, "m", 1).ref(), "test");
            try (Connection raw = database.connect();
                    Statement sql = raw.createStatement()) {
                sql.execute("UPDATE audit SET action = 'NONSENSE' WHERE action = 'VALIDATED'");
            }
            looks.release();
            Ample.await().until(() -> heard.size() == 2);
            assertThat(heard).extracting(StageChanged::to).containsExactly(Stage.VALIDATING, Stage.ACTIVE);
        }
    }

    @Test
    void aMoveThatConcernsAllEnvironmentsIsToldForEach() {
        Instant now = Instant.parse("2026-11-26T12:00:00Z");
        try (Node a = new Node(RegistryModels.builder(folder).clock(Clock.fixed(now, ZoneOffset.UTC)))) {
            ModelVersion one = add(a.registry, "m", 1);
            a.registry.lifecycle().in("lab").promote(one.ref(), "test");
            a.heard.clear();
            a.registry.lifecycle().quarantine(one.ref(), "test");
            assertThat(a.heard)
                    .containsExactly(
                            new StageChanged(one.ref(), "default", Stage.VALIDATED, Stage.QUARANTINED, now),
                            new StageChanged(one.ref(), "lab", Stage.ACTIVE, Stage.QUARANTINED, now));
        }
    }
}
