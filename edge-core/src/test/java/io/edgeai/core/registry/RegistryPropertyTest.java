package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random sequences of operations, reopening included, against a model in plain maps. */
class RegistryPropertyTest {
    private static final List<String> MODELS = List.of("alpha", "beta", "gamma");
    private static final int OPERATIONS = 120;

    /** What a registry should be, as simply as it can be said. */
    private static final class Expected {
        final Map<String, TreeMap<Integer, Stage>> stages = new HashMap<>();
        final Map<VersionRef, byte[]> bytes = new HashMap<>();
        final Map<VersionRef, VersionRef> parents = new HashMap<>();
        final Map<String, Integer> last = new HashMap<>();
        final Map<String, Deque<Integer>> activated = new HashMap<>();
        int changes;

        Map<Integer, Stage> of(String model) {
            return stages.computeIfAbsent(model, m -> new TreeMap<>());
        }

        Integer active(String model) {
            return of(model).entrySet().stream()
                    .filter(e -> e.getValue() == Stage.ACTIVE)
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse(null);
        }

        boolean promote(String model, int number) {
            Stage stage = of(model).get(number);
            if (stage != Stage.REGISTERED && stage != Stage.SUPERSEDED && stage != Stage.ROLLED_BACK) {
                return false;
            }
            changes += stage == Stage.REGISTERED ? 2 : 0; // validation begins and ends
            Integer before = active(model);
            if (before != null) {
                of(model).put(before, Stage.SUPERSEDED);
                changes++;
            }
            of(model).put(number, Stage.ACTIVE);
            activated.computeIfAbsent(model, m -> new ArrayDeque<>()).push(number);
            changes++;
            return true;
        }

        boolean rollback(String model) {
            Integer now = active(model);
            if (now == null) {
                return false;
            }
            List<Integer> history = new ArrayList<>(activated.get(model));
            for (int i = 1; i < history.size(); i++) {
                if (of(model).get(history.get(i)) == Stage.SUPERSEDED) {
                    of(model).put(now, Stage.ROLLED_BACK);
                    of(model).put(history.get(i), Stage.ACTIVE);
                    for (int pop = 0; pop < i; pop++) {
                        activated.get(model).pop();
                    }
                    changes += 2;
                    return true;
                }
            }
            return false;
        }

        boolean retire(String model, int number) {
            Stage stage = of(model).get(number);
            if (stage != Stage.REGISTERED && stage != Stage.SUPERSEDED && stage != Stage.ROLLED_BACK) {
                return false;
            }
            of(model).put(number, Stage.RETIRED);
            changes++;
            return true;
        }

        boolean erase(VersionRef ref) {
            String model = ref.model().name();
            if (of(model).get(ref.number()) != Stage.RETIRED) {
                return false;
            }
            of(model).put(ref.number(), Stage.ERASED);
            bytes.remove(ref);
            activated.getOrDefault(model, new ArrayDeque<>()).removeIf(n -> n == ref.number());
            changes++;
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void behavesLikeMaps(long seed, @TempDir Path home) throws Exception {
        Random random = new Random(seed);
        Expected expected = new Expected();
        EdgeModelRegistry registry = open(home);
        try {
            for (int i = 0; i < OPERATIONS; i++) {
                String step = "seed " + seed + ", operation " + i;
                if (random.nextInt(25) == 0) {
                    registry.close();
                    registry = open(home);
                } else {
                    operate(registry, expected, random, step);
                }
                compare(registry, expected, step);
            }
            compareDeeply(registry, expected, "seed " + seed);
        } finally {
            registry.close();
        }
    }

    private static EdgeModelRegistry open(Path home) {
        return EdgeModelRegistry.builder().home(home).gates(AcceptingGate.ONLY).build();
    }

    private static void operate(EdgeModelRegistry registry, Expected expected, Random random, String step) {
        String model = MODELS.get(random.nextInt(MODELS.size()));
        int number = 1 + random.nextInt(Math.max(1, expected.last.getOrDefault(model, 0)) + 1);
        VersionRef ref = VersionRef.of(model, number);
        boolean there = expected.of(model).containsKey(number);
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> register(registry, expected, random, model, there ? ref : null, step);
            case 3, 4 -> agree(step, there, expected.promote(model, number), () -> registry.promote(ref, step));
            case 5 -> agree(step, true, expected.rollback(model), () -> registry.rollback(model, step));
            case 6 -> agree(step, there, expected.retire(model, number), () -> registry.retire(ref, step));
            default -> {
                agree(step, there, expected.erase(ref), () -> registry.erase(ref, step));
                registry.gc();
            }
        }
    }

    private static void register(
            EdgeModelRegistry registry,
            Expected expected,
            Random random,
            String model,
            VersionRef parent,
            String step) {
        byte[] bytes = new byte[1 + random.nextInt(40)];
        new Random(random.nextInt(5)).nextBytes(bytes); // few distinct contents: bytes are often shared
        VersionRef origin = random.nextBoolean() ? parent : null;
        ModelVersion version = registry.register(model, bytes, r -> {
            r.format(ModelFormat.TENSORRT).signature(Signature.UNKNOWN).tag("step", step);
            if (origin != null) {
                r.derivedFrom(origin, "test");
            }
        });
        int number = expected.last.merge(model, 1, Integer::sum);
        assertThat(version.number()).as(step).isEqualTo(number);
        expected.of(model).put(number, Stage.REGISTERED);
        expected.bytes.put(version.ref(), bytes);
        if (origin != null) {
            expected.parents.put(version.ref(), origin);
        }
        expected.changes++;
    }

    private static void agree(String step, boolean there, boolean allowed, Runnable call) {
        if (allowed) {
            call.run();
        } else {
            Class<? extends EdgeException> wanted = there ? LifecycleException.class : ModelNotFoundException.class;
            assertThatThrownBy(call::run).as(step).isInstanceOf(wanted).hasMessageContaining("Maybe");
        }
    }

    private static void compare(EdgeModelRegistry registry, Expected expected, String step) {
        for (String model : MODELS) {
            Map<Integer, Stage> stages = new TreeMap<>();
            for (int number = 1; number <= expected.last.getOrDefault(model, 0); number++) {
                stages.put(number, registry.get(VersionRef.of(model, number)).stage());
            }
            assertThat(stages).as("%s of %s", model, step).isEqualTo(expected.of(model));
            assertThat(registry.versions(model)).as("%s of %s", model, step).hasSize((int) stages.values().stream()
                    .filter(stage -> stage != Stage.ERASED)
                    .count());
            assertThat(registry.findActive(model).map(ModelVersion::number).orElse(null))
                    .as("active of %s, %s", model, step)
                    .isEqualTo(expected.active(model));
        }
    }

    private static void compareDeeply(EdgeModelRegistry registry, Expected expected, String step) throws Exception {
        int audited = 0;
        for (String model : MODELS) {
            audited += registry.audit(model).size();
        }
        assertThat(audited).as("audit entries, %s", step).isEqualTo(expected.changes);
        for (Map.Entry<VersionRef, byte[]> entry : expected.bytes.entrySet()) {
            ModelVersion version = registry.get(entry.getKey());
            assertThat(Files.readAllBytes(registry.file(version.ref())))
                    .as(step)
                    .isEqualTo(entry.getValue());
            assertThat(version.digest()).isEqualTo(Digest.of(entry.getValue()));
            assertThat(version.parent().orElse(null)).isEqualTo(expected.parents.get(version.ref()));
            assertThat(registry.children(version.ref()).stream().map(ModelVersion::ref))
                    .as(step)
                    .containsExactlyInAnyOrderElementsOf(expected.parents.entrySet().stream()
                            .filter(e -> e.getValue().equals(version.ref()))
                            .map(Map.Entry::getKey)
                            .toList());
        }
        registry.gc();
        long distinct =
                expected.bytes.values().stream().map(Digest::of).distinct().count();
        try (var files = Files.walk(registry.home().resolve("blobs"))) {
            assertThat(files.filter(Files::isRegularFile).count())
                    .as("blobs, %s", step)
                    .isEqualTo(distinct);
        }
        assertThat(registry.verify().ok()).as(step).isTrue();
    }
}
