package io.edgeai.core.registry;

import static io.edgeai.core.registry.RegistryModels.add;
import static io.edgeai.core.registry.RegistryModels.ref;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.audit.Checkpoint;
import io.edgeai.core.concurrent.HandSetClock;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.signing.SigningKey;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path home;

    private final HandSetClock clock = new HandSetClock(START);

    private EdgeModelRegistry open() {
        return EdgeModelRegistry.builder()
                .home(home)
                .clock(clock)
                .gates(AcceptingGate.ONLY)
                .build();
    }

    private void sql(String... lines) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("registry.db"));
                Statement statement = connection.createStatement()) {
            for (String line : lines) {
                statement.executeUpdate(line);
            }
        }
    }

    /** Thirteen entries about two models. */
    private void lifeOfTwoModels(EdgeModelRegistry registry) {
        for (int i = 1; i <= 2; i++) {
            add(registry, "m", i);
            add(registry, "n", i);
            registry.promote(ref("m", i), "release " + i);
        }
        registry.rollback("m", "grün ✓");
    }

    /** The published formula, computed by hand from the export alone. */
    @Test
    void anAuditorCanRecomputeEveryHashFromTheExport() throws Exception {
        JsonNode export;
        try (EdgeModelRegistry registry = open()) {
            lifeOfTwoModels(registry);
            export = new ObjectMapper().readTree(registry.history().json());
        }
        String previous = "0".repeat(64);
        long sequence = 0;
        for (JsonNode entry : export.path("entries")) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (String field : List.of(
                    "previous",
                    "sequence",
                    "at",
                    "actor",
                    "action",
                    "model",
                    "number",
                    "detail",
                    "environment",
                    "from",
                    "to",
                    "evidence",
                    "record")) {
                byte[] value = entry.path(field).asText().getBytes(StandardCharsets.UTF_8);
                bytes.writeBytes((value.length + ":").getBytes(StandardCharsets.UTF_8));
                bytes.writeBytes(value);
                bytes.write('\n');
            }
            String hash = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
            assertThat(entry.path("hash").asText()).isEqualTo(hash);
            assertThat(entry.path("previous").asText()).isEqualTo(previous);
            assertThat(entry.path("sequence").asLong()).isEqualTo(++sequence);
            previous = hash;
        }
        assertThat(sequence).isEqualTo(13);
    }

    @Test
    void theTextNamesWhoWhenWhatAndWhy() {
        try (EdgeModelRegistry registry = open()) {
            lifeOfTwoModels(registry);
            assertThat(registry.history().text())
                    .contains("m@2 ROLLED_BACK (ACTIVE -> ROLLED_BACK in default)\n      why: to m@1: grün ✓")
                    .contains("1  2026-01-01T00:00:00Z  ")
                    .contains("n@1 REGISTERED (new -> REGISTERED)");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE audit SET detail = 'nothing happened' WHERE sequence = 5",
                "UPDATE audit SET actor = 'somebody else' WHERE sequence = 1",
                "UPDATE audit SET at = '2026-01-01T00:00:01Z' WHERE sequence = 13",
                "UPDATE audit SET hash = '" + "0000000000000000000000000000000000000000000000000000000000000000"
                        + "' WHERE sequence = 4",
                "DELETE FROM audit WHERE sequence = 1",
                "DELETE FROM audit WHERE sequence = 6",
                "DELETE FROM audit WHERE sequence = 13",
                "UPDATE audit SET sequence = sequence + 100 WHERE sequence = 6",
                "UPDATE audit SET sequence = -sequence WHERE sequence IN (6, 7)",
                "INSERT INTO audit SELECT 99, at, actor, action, model, number, detail, environment, from_stage, to_stage,"
                        + " evidence, record, previous, hash FROM audit WHERE sequence = 3",
                "UPDATE deployment SET stage = 'ACTIVE' WHERE number = 2",
                "UPDATE version SET digest = replace(digest, substr(digest, 1, 1), 'e') WHERE model = 'n' AND number = 1",
                "DELETE FROM deployment WHERE stage = 'ACTIVE'",
                "UPDATE version SET derivation = 'int8' WHERE model = 'n'",
            })
    void whateverIsAlteredRemovedOrMovedIsFound(String tampering) throws SQLException {
        SigningKey key = SigningKey.generate();
        try (EdgeModelRegistry registry = open()) {
            lifeOfTwoModels(registry);
            Checkpoint checkpoint = registry.history().checkpoint(key);
            assertThat(checkpoint.genuine()).isTrue();
            assertThat(registry.history().verify(Set.of(key.verifying())).ok()).isTrue();
        }
        sql(
                "DELETE FROM deployment WHERE 1 = 0",
                tampering.startsWith("UPDATE deployment")
                        ? "DELETE FROM deployment WHERE number = 1"
                        : "DELETE FROM deployment WHERE 1 = 0",
                tampering);
        try (EdgeModelRegistry registry = open()) {
            ChainReport report = registry.history().verify(Set.of(key.verifying()));
            assertThat(report.ok()).as(tampering).isFalse();
            assertThat(report.findings())
                    .allSatisfy(finding -> assertThat(finding).endsWith("."));
        }
    }

    /** Who writes the whole history anew makes a chain that is whole; only a checkpoint tells. */
    @Test
    void aCheckpointTellsThatTheWholeWasWrittenAnew() throws Exception {
        SigningKey key = SigningKey.generate();
        try (EdgeModelRegistry registry = open()) {
            assertThatThrownBy(() -> registry.history().checkpoint(key)).isInstanceOf(LifecycleException.class);
            lifeOfTwoModels(registry);
            registry.history().checkpoint(key);
        }
        for (String file : List.of("registry.db", "registry.db-wal", "registry.db-shm")) {
            Files.deleteIfExists(home.resolve(file));
        }
        try (EdgeModelRegistry registry = open()) {
            add(registry, "m", 1);
            assertThat(registry.history().verify(Set.of()).findings())
                    .singleElement()
                    .asString()
                    .contains("the history ends before it");
        }
    }

    @Test
    void aCheckpointOfAStrangerIsAFinding() {
        SigningKey key = SigningKey.generate();
        try (EdgeModelRegistry registry = open()) {
            lifeOfTwoModels(registry);
            registry.history().checkpoint(SigningKey.generate());
            assertThat(registry.history().verify(Set.of()).ok()).isTrue();
            assertThat(registry.history().verify(Set.of(key.verifying())).findings())
                    .singleElement()
                    .asString()
                    .contains("not trusted");
        }
    }

    /** Against a replay by brute force: the answers of {@code findActive}, written down after every change. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whichVersionAnsweredAtAnyMoment(long seed) {
        Random random = new Random(seed);
        List<String> places = List.of("default", "lab");
        TreeMap<Instant, List<Integer>> seen = new TreeMap<>();
        try (EdgeModelRegistry registry = open()) {
            for (int i = 0; i < 150; i++) {
                clock.advance(Duration.ofSeconds(1 + random.nextInt(5)));
                act(registry, random, places.get(random.nextInt(2)));
                seen.put(
                        clock.instant(),
                        places.stream().map(place -> active(registry, place)).toList());
            }
            for (int i = 0; i < 400; i++) {
                Instant moment = START.plus(Duration.ofMillis(random.nextInt(500_000)));
                List<Integer> expected = seen.floorEntry(moment) == null
                        ? List.of(0, 0)
                        : seen.floorEntry(moment).getValue();
                List<Integer> answered = places.stream()
                        .map(place -> registry.history()
                                .activeAt("m", place, moment)
                                .map(VersionRef::number)
                                .orElse(0))
                        .toList();
                assertThat(answered).as("seed %d, at %s", seed, moment).isEqualTo(expected);
            }
        }
    }

    private static int active(EdgeModelRegistry registry, String place) {
        return registry.findActive("m", place).map(version -> version.number()).orElse(0);
    }

    private static void act(EdgeModelRegistry registry, Random random, String place) {
        Lifecycle life = registry.lifecycle().in(place);
        VersionRef ref = ref("m", 1 + random.nextInt(8));
        try {
            switch (random.nextInt(9)) {
                case 0, 1 -> add(registry, "m", random.nextInt(9));
                case 2, 3, 4 -> life.promote(ref, "");
                case 5 -> life.rollback("m", "");
                case 6 -> life.degrade(ref, "");
                case 7 -> life.quarantine(ref, "");
                default -> life.retire(ref, "");
            }
        } catch (LifecycleException | ModelNotFoundException refused) {
            assertThat(refused.getMessage()).contains("Maybe");
        }
    }
}
