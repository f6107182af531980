package io.edgeai.core.registry;

import static io.edgeai.core.registry.RegistryModels.add;
import static io.edgeai.core.registry.RegistryModels.ref;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.HandSetClock;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.lifecycle.Move;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
    @TempDir
    Path home;

    private final HandSetClock clock = new HandSetClock(Instant.parse("2026-01-01T00:00:00Z"));
    private EdgeModelRegistry registry;
    private Lifecycle life;

    @BeforeEach
    void open() {
        registry = RegistryModels.builder(home).clock(clock).build();
        life = registry.lifecycle();
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private void register(int versions) {
        for (int i = 0; i < versions; i++) {
            add(registry, "m", registry.versions("m").size() + 1);
            clock.advance(Duration.ofDays(1));
        }
    }

    private Retention retention(RetentionPolicy policy) {
        return new Retention(registry, policy, clock);
    }

    private static List<String> done(List<Retention.Step> steps) {
        return steps.stream().map(step -> step.move() + " " + step.version()).toList();
    }

    @Test
    void whatIsOldAndOfNoUseIsRetiredAndLaterErased() {
        register(10);
        life.promote(ref("m", 2), "superseded, and not the one that a rollback returns to");
        life.promote(ref("m", 3), "superseded");
        life.promote(ref("m", 4), "active");
        life.in("lab").promote(ref("m", 5), "active elsewhere");
        registry.annotations().alias("best", ref("m", 6), "best");
        registry.annotations().tag(ref("m", 7), RetentionPolicy.KEEP, "for the auditor");
        life.quarantine(ref("m", 8), "odd");
        RetentionPolicy policy =
                RetentionPolicy.defaults().newest(1).age(Duration.ofDays(2)).erasedAfter(Duration.ofDays(30));
        assertThat(done(retention(policy).plan("m"))).containsExactly("RETIRE m@1", "RETIRE m@2", "RETIRE m@9");
        assertThat(retention(policy.age(Duration.ofDays(10))).plan("m"))
                .containsExactly(
                        new Retention.Step(ref("m", 1), Move.RETIRE, "older than 10 days and none of the newest 1"));
        assertThat(registry.get(ref("m", 1)).stage())
                .as("a plan changes nothing")
                .isEqualTo(Stage.REGISTERED);

        assertThat(done(retention(policy).apply("m"))).containsExactly("RETIRE m@1", "RETIRE m@2", "RETIRE m@9");
        assertThat(registry.get(ref("m", 2)).stage()).isEqualTo(Stage.RETIRED);
        AuditEntry last = registry.audit("m").get(registry.audit("m").size() - 1);
        assertThat(last.detail()).isEqualTo("retention: older than 2 days and none of the newest 1");
        assertThat(retention(policy).apply("m")).as("nothing is left to do").isEmpty();
        assertThat(life.rollback("m", "still there").ref()).isEqualTo(ref("m", 3));

        clock.advance(Duration.ofDays(30).minusMillis(1));
        assertThat(done(retention(policy).plan("m"))).noneMatch(step -> step.startsWith("ERASE"));
        clock.advance(Duration.ofMillis(1));
        assertThat(done(retention(policy).apply("m"))).contains("ERASE m@1", "ERASE m@2", "ERASE m@9");
        assertThat(registry.versions("m").stream().map(version -> version.ref().number()))
                .doesNotContain(1, 2, 9);
        assertThatThrownBy(() -> registry.file(ref("m", 1)))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("were erased");
        assertThat(registry.history().verify(Set.of()).ok()).isTrue();
        assertThat(registry.audit("m").stream().filter(entry -> entry.ref().number() == 1))
                .as("the audit keeps it all")
                .hasSize(3);
    }

    @Test
    void whatAKeptVersionWasMadeOfIsKept() {
        register(1);
        ModelVersion derived = registry.register("m", new byte[] {9, 9}, r -> r.format(ModelFormat.TENSORRT)
                .signature(Signature.UNKNOWN)
                .derivedFrom(ref("m", 1), "smaller"));
        register(3);
        life.promote(derived.ref(), "small and quick");
        clock.advance(Duration.ofDays(400));
        RetentionPolicy policy = RetentionPolicy.defaults().newest(0);
        assertThat(done(retention(policy).plan("m"))).containsExactly("RETIRE m@3", "RETIRE m@4", "RETIRE m@5");
    }

    @Test
    void withoutATimeNothingIsErased() {
        register(3);
        RetentionPolicy policy = RetentionPolicy.defaults().newest(0);
        clock.advance(Duration.ofDays(90));
        assertThat(done(retention(policy).apply("m"))).hasSize(3);
        clock.advance(Duration.ofDays(4000));
        assertThat(retention(policy).plan("m")).isEmpty();
        assertThat(retention(policy).plan("none")).isEmpty();
    }

    @Test
    void wrongPoliciesAreRefused() {
        RetentionPolicy policy = RetentionPolicy.defaults();
        assertThat(policy).isEqualTo(new RetentionPolicy(5, Duration.ofDays(90), java.util.Optional.empty()));
        assertThatThrownBy(() -> policy.newest(-1)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> policy.age(Duration.ofDays(-1))).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> policy.erasedAfter(Duration.ofDays(-1))).isInstanceOf(InvalidInputException.class);
    }

    /** Random lives, after each of which what may not go is counted by hand and must still be there. */
    @Test
    void nothingThatIsInUseEverGoes() {
        long seed = 20261127L;
        Random random = new Random(seed);
        register(12);
        Map<String, VersionRef> alias = new HashMap<>();
        int retired = 0;
        for (int step = 0; step < 120; step++) {
            Lifecycle here = life.in(random.nextBoolean() ? "default" : "lab");
            VersionRef some = ref("m", 1 + random.nextInt(12));
            try {
                switch (random.nextInt(6)) {
                    case 0, 1 -> here.promote(some, "step");
                    case 2 -> here.rollback("m", "step");
                    case 3 -> {
                        registry.annotations().alias("best", some, "step");
                        alias.put("best", some);
                    }
                    case 4 -> here.shadow(some, "step");
                    default -> here.canary(some, 5, "step");
                }
            } catch (LifecycleException e) {
                assertThat(e).hasMessageContaining("Maybe"); // nothing has happened
            }
            clock.advance(Duration.ofDays(10));
            if (step % 10 == 9) {
                Set<VersionRef> inUse = new TreeSet<>(alias.values());
                for (String place : List.of("default", "lab")) {
                    registry.findActive("m", place).ifPresent(active -> inUse.add(active.ref()));
                    registry.deployed("m", place).forEach((version, deployment) -> {
                        if (deployment.stage() == Stage.SHADOW || deployment.stage() == Stage.CANARY) {
                            inUse.add(version);
                        }
                    });
                    registry.deployed("m", place).entrySet().stream()
                            .filter(each -> each.getValue().stage() == Stage.SUPERSEDED)
                            .max(Comparator.comparing(each -> each.getValue().activation()))
                            .ifPresent(each -> inUse.add(each.getKey())); // the way back
                }
                List<Retention.Step> done = retention(RetentionPolicy.defaults()
                                .newest(2)
                                .age(Duration.ofDays(30))
                                .erasedAfter(Duration.ofDays(200)))
                        .apply("m");
                retired += done.size();
                assertThat(done.stream().map(Retention.Step::version))
                        .as("step %d, seed %d", step, seed)
                        .doesNotContainAnyElementsOf(inUse)
                        .doesNotContain(ref("m", 11), ref("m", 12));
            }
        }
        assertThat(retired).isGreaterThan(5);
        assertThat(registry.history().verify(Set.of()).ok()).isTrue();
    }
}
