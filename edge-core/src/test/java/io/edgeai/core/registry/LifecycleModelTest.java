package io.edgeai.core.registry;

import static io.edgeai.core.registry.RegistryModels.add;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.validation.Candidate;
import io.edgeai.core.validation.GateResult;
import io.edgeai.core.validation.ValidationGate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random commands, reopening included, against {@link PlainLifecycle}: 20,000, and a million under
 * {@code -Dedgeai.full=true}. After each command both agree on whether it was allowed and on every stage of the model.
 */
@ExtendWith(PostgresServer.class)
class LifecycleModelTest {
    private static final int COMMANDS = Boolean.getBoolean("edgeai.full") ? 1_000_000 : 20_000;
    private static final int COMMANDS_A_HOME = 20_000;
    private static final int COMMANDS_IN_POSTGRES = COMMANDS / 50;
    private static final int VERSIONS = 6;
    private static final long SEED = 20261126;
    private static final List<String> PLACES = List.of("default", "lab");

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);
    private final TreeMap<String, int[]> outcomes = new TreeMap<>();
    private Supplier<EdgeModelRegistry> opening;
    private EdgeModelRegistry registry;
    private PlainLifecycle expected;
    private int generation;

    @Test
    void behavesLikePlainMaps() throws IOException {
        for (int done = 0; done < COMMANDS; done += COMMANDS_A_HOME) {
            Path home = RegistryModels.fast(folder.resolve("home" + done));
            try {
                opening = () -> RegistryModels.open(home);
                run(done, COMMANDS_A_HOME);
            } finally {
                delete(home);
            }
        }
        outcomes.forEach((command, counts) -> assertThat(counts)
                .as("%s was allowed at times and refused at times", command)
                .doesNotContain(0));
    }

    @Test
    void behavesTheSameInPostgres(PostgresServer.Schema schema) {
        opening = () -> RegistryModels.builder(folder).database(schema.url()).build();
        run(0, COMMANDS_IN_POSTGRES);
        assertThat(outcomes).containsKeys("promote", "rollback", "quarantine", "erase");
    }

    private void run(int first, int commands) {
        registry = opening.get();
        try {
            expected = new PlainLifecycle();
            for (int i = 0; i < commands; i++) {
                command("seed " + SEED + ", command " + (first + i));
            }
            assertThat(registry.verify().ok()).isTrue();
        } finally {
            registry.close();
        }
    }

    private void command(String step) {
        if (random.nextInt(2000) == 0) {
            registry.close();
            registry = opening.get();
        }
        String model = "m" + (generation + random.nextInt(2));
        List<PlainLifecycle.Version> all = expected.models.getOrDefault(model, List.of());
        if (all.isEmpty() || random.nextInt(12) == 0) {
            if (all.size() == VERSIONS) {
                generation++;
                return;
            }
            assertThat(add(registry, model, random.nextInt(8)).number())
                    .as(step)
                    .isEqualTo(expected.register(model));
        } else {
            int number = 1 + random.nextInt(all.size());
            change(model, number, PLACES.get(random.nextInt(2)), step);
        }
        compare(model, step);
    }

    private void change(String model, int number, String place, String step) {
        PlainLifecycle.Version version = expected.version(model, number);
        VersionRef ref = VersionRef.of(model, number);
        Lifecycle life = registry.lifecycle().in(place);
        int percent = 1 + random.nextInt(99);
        boolean good = random.nextInt(4) > 0;
        switch (random.nextInt(17)) {
            case 0 ->
                agree(step, "validate", expected.validate(version, good), () -> life.validate(ref, verdict(good)));
            case 1 -> agree(step, "stage", expected.stage(model, version, place), () -> life.stage(ref, step));
            case 2 -> agree(step, "shadow", expected.shadow(model, version, place), () -> life.shadow(ref, step));
            case 3, 4 ->
                agree(
                        step,
                        "canary",
                        expected.canary(model, version, place, percent),
                        () -> life.canary(ref, percent, step));
            case 5, 6, 7 ->
                agree(step, "promote", expected.promote(model, version, place), () -> life.promote(ref, step));
            case 8 -> agree(step, "degrade", expected.degrade(version, place), () -> life.degrade(ref, step));
            case 9 -> agree(step, "recover", expected.recover(version, place), () -> life.recover(ref, step));
            case 10 -> agree(step, "withdraw", expected.withdraw(version, place), () -> life.withdraw(ref, step));
            case 11 -> agree(step, "rollback", expected.rollback(model, place), () -> life.rollback(model, step));
            case 12 ->
                agree(
                        step,
                        "rollbackCanary",
                        expected.rollbackCanary(version, place),
                        () -> life.rollbackCanary(ref, step));
            case 13 -> agree(step, "retire", expected.retire(version), () -> life.retire(ref, step));
            case 14 -> agree(step, "erase", expected.erase(version), () -> life.erase(ref, step));
            case 15 -> suspect(model, version, life, ref, step);
            default -> pin(model, place, life, step);
        }
    }

    private void suspect(String model, PlainLifecycle.Version version, Lifecycle life, VersionRef ref, String step) {
        if (random.nextInt(3) == 0) {
            agree(step, "quarantine", expected.quarantine(model, version), () -> life.quarantine(ref, step));
        } else {
            agree(step, "release", expected.release(version), () -> life.release(ref, step));
        }
    }

    private void pin(String model, String place, Lifecycle life, String step) {
        if (random.nextInt(3) == 0) {
            agree(step, "freeze", expected.freeze(model, place), () -> life.freeze(model, step));
        } else {
            agree(step, "thaw", expected.thaw(model, place), () -> life.thaw(model, step));
        }
    }

    private static List<ValidationGate> verdict(boolean good) {
        return List.of(new ValidationGate() {
            @Override
            public String name() {
                return "verdict";
            }

            @Override
            public GateResult check(Candidate candidate) {
                return good ? GateResult.passed(name(), "") : GateResult.failed(name(), "");
            }
        });
    }

    private void agree(String step, String command, boolean allowed, Runnable call) {
        outcomes.computeIfAbsent(command, name -> new int[2])[allowed ? 1 : 0]++;
        boolean accepted;
        try {
            call.run();
            accepted = true;
        } catch (LifecycleException e) {
            accepted = false;
            assertThat(e.getMessage()).as(step).contains("Maybe");
        }
        assertThat(accepted).as("%s accepted, %s", command, step).isEqualTo(allowed);
    }

    private void compare(String model, String step) {
        List<PlainLifecycle.Version> all = expected.models.get(model);
        for (int number = 1; number <= all.size(); number++) {
            PlainLifecycle.Version version = all.get(number - 1);
            VersionRef ref = VersionRef.of(model, number);
            assertThat(registry.get(ref).stage()).hasToString(version.at("default"));
            TreeMap<String, String> places = new TreeMap<>();
            version.places.forEach((place, stage) -> places.put(
                    place,
                    stage + " " + version.percent.get(place) + " "
                            + (expected.frozen.contains(model + " " + place)
                                    && List.of("ACTIVE", "DEGRADED").contains(stage))));
            TreeMap<String, String> there = new TreeMap<>();
            registry.deployments(ref)
                    .forEach(d -> there.put(d.environment(), d.stage() + " " + d.percent() + " " + d.frozen()));
            assertThat(there).as("%s, %s", ref, step).isEqualTo(places);
        }
        for (String place : PLACES) {
            assertThat(registry.findActive(model, place)
                            .map(ModelVersion::number)
                            .orElse(0))
                    .as("active in %s, %s", place, step)
                    .isEqualTo(expected.answering(model, place));
        }
    }

    private static void delete(Path home) throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
