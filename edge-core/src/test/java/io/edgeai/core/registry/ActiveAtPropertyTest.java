package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.HandSetClock;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.store.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which version served at a moment, over random histories with a clock that stands still, jumps and is set back: what was
 * noted then. 300 commands, and 15,000 under {@code -Dedgeai.full=true}.
 */
class ActiveAtPropertyTest {
    private static final int HISTORIES = Boolean.getBoolean("edgeai.full") ? 50 : 1;
    private static final int COMMANDS = 300;
    private static final long SEED = Long.getLong("edgeai.history.seed", 20261126L);
    private static final Instant BEGIN = Instant.parse("2026-11-26T12:00:00Z");
    private static final List<String> PLACES = List.of("default", "lab");

    @TempDir
    Path temporary;

    private final Random random = new Random(SEED);
    private final HandSetClock clock = new HandSetClock(BEGIN);

    /** By model and place, who answered from when on, in order; of equal moments the last counts. */
    private final Map<String, List<Map.Entry<Instant, Optional<VersionRef>>>> noted = new HashMap<>();

    private final Set<Optional<VersionRef>> seen = new HashSet<>();
    private EdgeModelRegistry registry;
    private Instant latest;

    @Test
    void saysWhatWasNotedThen() throws IOException {
        for (int history = 0; history < HISTORIES; history++) {
            Path home = RegistryModels.fast(temporary.resolve("home" + history));
            try {
                noted.clear();
                clock.set(BEGIN);
                latest = BEGIN;
                run(home);
            } finally {
                Disk.deleteTree(home);
            }
        }
        assertThat(seen)
                .as("kinds of answers, seed %d", SEED)
                .contains(Optional.empty(), Optional.of(VersionRef.of("m", 4)));
    }

    private void run(Path home) {
        try (EdgeModelRegistry opened =
                RegistryModels.builder(home).clock(clock).build()) {
            registry = opened;
            for (int version = 1; version <= 4; version++) {
                RegistryModels.add(registry, "m", version);
                RegistryModels.add(registry, "n", version);
            }
            for (int i = 0; i < COMMANDS; i++) {
                move();
                String model = random.nextBoolean() ? "m" : "n";
                int before = registry.audit(model).size();
                command(model, PLACES.get(random.nextInt(2)));
                if (registry.audit(model).size() > before) { // dates never go back
                    latest = clock.instant().isAfter(latest) ? clock.instant() : latest;
                    note();
                }
            }
            ask();
        }
        try (EdgeModelRegistry again = RegistryModels.open(home)) {
            registry = again;
            ask();
        }
    }

    private void move() {
        long[] steps = {0, 0, 1, 1_000, 3_600_000_000L, -5_000_000};
        clock.advance(Duration.ofNanos(1000 * steps[random.nextInt(steps.length)]));
    }

    private void command(String model, String place) {
        Lifecycle life = registry.lifecycle().in(place);
        VersionRef ref = VersionRef.of(model, 1 + random.nextInt(4));
        try {
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> life.promote(ref, "");
                case 3 -> life.rollback(model, "");
                case 4 -> life.quarantine(ref, "");
                case 5, 6 -> life.release(ref, "");
                case 7 -> life.degrade(ref, "");
                case 8 -> life.recover(ref, "");
                case 9 -> life.canary(ref, 5, "");
                case 10 -> life.rollbackCanary(ref, "");
                default -> life.withdraw(ref, "");
            }
        } catch (LifecycleException refused) {
            assertThat(refused).hasMessageContaining("Maybe");
        }
    }

    private void note() {
        for (String model : List.of("m", "n")) {
            for (String place : PLACES) {
                noted.computeIfAbsent(model + " " + place, key -> new ArrayList<>())
                        .add(Map.entry(latest, registry.findActive(model, place).map(ModelVersion::ref)));
            }
        }
    }

    private void ask() {
        noted.forEach((key, answers) -> {
            String[] words = key.split(" ");
            for (int question = 0; question < 60; question++) {
                Instant at =
                        answers.get(random.nextInt(answers.size())).getKey().plusNanos(random.nextInt(3) - 1);
                Optional<VersionRef> then = answers.stream()
                        .filter(answer -> !answer.getKey().isAfter(at))
                        .reduce((earlier, later) -> later)
                        .flatMap(Map.Entry::getValue);
                assertThat(registry.history().activeAt(words[0], words[1], at))
                        .as("%s at %s, seed %d", key, at, SEED)
                        .isEqualTo(then);
            }
        });
        noted.values().stream().flatMap(List::stream).map(Map.Entry::getValue).forEach(seen::add);
    }
}
