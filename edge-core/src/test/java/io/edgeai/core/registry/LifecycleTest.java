package io.edgeai.core.registry;

import static io.edgeai.core.registry.RegistryModels.add;
import static io.edgeai.core.registry.RegistryModels.ref;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.error.PermissionDeniedException;
import io.edgeai.core.lifecycle.AccessPolicy;
import io.edgeai.core.lifecycle.Permission;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.validation.Candidate;
import io.edgeai.core.validation.GateResult;
import io.edgeai.core.validation.ModelPolicy;
import io.edgeai.core.validation.ValidationGate;
import io.edgeai.core.validation.ValidationReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LifecycleTest {
    private static final VersionRef ONE = ref("m", 1);
    private static final VersionRef TWO = ref("m", 2);
    private static final VersionRef THREE = ref("m", 3);

    @TempDir
    Path home;

    private EdgeModelRegistry registry;
    private Lifecycle life;

    @BeforeEach
    void open() {
        registry = RegistryModels.open(home);
        for (int i = 1; i <= 3; i++) {
            add(registry, "m", i);
        }
        life = registry.lifecycle();
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private List<Stage> stages() {
        return registry.versions("m").stream().map(ModelVersion::stage).toList();
    }

    private static ValidationGate gate(boolean passes, String detail) {
        return new ValidationGate() {
            @Override
            public String name() {
                return "opinion";
            }

            @Override
            public GateResult check(Candidate candidate) {
                return new GateResult(name(), passes, detail, Map.of())
                        .with("number", candidate.version().number());
            }
        };
    }

    @Test
    void aRejectedVersionGetsNoTrafficAndItsEvidenceStays() {
        ValidationReport report = life.validate(ONE, List.of(gate(true, "fine"), gate(false, "too slow.")));
        assertThat(report.passed()).isFalse();
        assertThat(registry.get(ONE).stage()).isEqualTo(Stage.REJECTED);
        AuditEntry last = registry.audit("m").get(4);
        assertThat(last.action()).isEqualTo(AuditAction.REJECTED);
        assertThat(last.detail()).isEqualTo("opinion failed: too slow.");
        assertThat(last.evidence())
                .isEqualTo(
                        "[{\"gate\":\"opinion\",\"passed\":true,\"detail\":\"fine\",\"figures\":{\"number\":1.0}},{\"gate\":\"opinion\",\"passed\":false,\"detail\":\"too"
                                + " slow.\",\"figures\":{\"number\":1.0}}]");
        for (Runnable move : List.<Runnable>of(
                () -> life.promote(ONE, ""),
                () -> life.stage(ONE, ""),
                () -> life.shadow(ONE, ""),
                () -> life.admit(ONE))) {
            assertThatThrownBy(move::run)
                    .isInstanceOf(LifecycleException.class)
                    .hasMessageContaining("(REJECTED)")
                    .hasMessageContaining("Maybe");
        }
        assertThat(life.validate(ONE).passed()).as("other gates").isTrue();
        assertThat(life.promote(ONE, "now").stage()).isEqualTo(Stage.ACTIVE);
    }

    @Test
    void promotingWhatNobodyValidatedRunsTheGatesOfTheRegistry() {
        try (EdgeModelRegistry strict = EdgeModelRegistry.builder()
                .home(home)
                .gates(List.of(gate(false, "no.")))
                .build()) {
            assertThatThrownBy(() -> strict.promote(ONE, "careless"))
                    .isInstanceOf(LifecycleException.class)
                    .hasMessageContaining("Version (m@1) was rejected: opinion failed: no.")
                    .hasMessageContaining("Maybe");
            assertThat(strict.findActive("m")).isEmpty();
            assertThat(strict.get(ONE).stage()).isEqualTo(Stage.REJECTED);
        }
    }

    @Test
    void aGateThatBreaksIsNotAGateThatWasPassed() {
        ValidationGate broken = new ValidationGate() {
            @Override
            public String name() {
                return "broken";
            }

            @Override
            public GateResult check(Candidate candidate) {
                throw new IllegalStateException("out of luck");
            }
        };
        assertThat(life.validate(ONE, List.of(broken)).results())
                .containsExactly(GateResult.failed("broken", "out of luck"));
        assertThatThrownBy(() -> life.validate(ONE, List.of())).isInstanceOf(InvalidInputException.class);
        assertThat(registry.get(ONE).stage()).isEqualTo(Stage.REJECTED);
    }

    @Test
    void theWholeWayToTrafficAndBack() {
        life.promote(ONE, "first");
        life.validate(TWO);
        life.stage(TWO, "");
        life.shadow(TWO, "");
        life.canary(TWO, 5, "a few");
        life.canary(TWO, 50, "half");
        assertThat(registry.deployments(TWO)).containsExactly(new Deployment("default", Stage.CANARY, 50, false, 0));
        assertThat(registry.active("m").ref()).as("beside the canary").isEqualTo(ONE);
        life.promote(TWO, "good");
        life.degrade(TWO, "drift");
        assertThat(registry.active("m").stage()).as("still answers").isEqualTo(Stage.DEGRADED);
        life.recover(TWO, "passed by");
        life.degrade(TWO, "drift again");
        assertThat(life.rollback("m", "enough").ref()).isEqualTo(ONE);
        assertThat(stages()).containsExactly(Stage.ACTIVE, Stage.ROLLED_BACK, Stage.REGISTERED);
        life.withdraw(TWO, "out");
        assertThat(registry.deployments(TWO)).isEmpty();
        assertThat(registry.get(TWO).stage()).isEqualTo(Stage.VALIDATED);
    }

    @Test
    void aCanaryNeedsAnActiveVersionAShareAndNoOtherCanary() {
        life.validate(ONE);
        assertThatThrownBy(() -> life.canary(ONE, 10, ""))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("no active version");
        life.promote(ONE, "");
        life.validate(TWO);
        life.validate(THREE);
        for (int percent : new int[] {0, 100, -1}) {
            assertThatThrownBy(() -> life.canary(TWO, percent, "")).isInstanceOf(InvalidInputException.class);
        }
        life.canary(TWO, 1, "");
        assertThatThrownBy(() -> life.canary(THREE, 1, ""))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("has the canary (m@2) already");
        assertThatThrownBy(() -> life.rollbackCanary(ONE, "")).isInstanceOf(LifecycleException.class);
        life.rollbackCanary(TWO, "errors");
        assertThat(life.canary(THREE, 99, "").stage()).isEqualTo(Stage.CANARY);
        assertThat(stages()).containsExactly(Stage.ACTIVE, Stage.ROLLED_BACK, Stage.CANARY);
    }

    @Test
    void environmentsAreIndependentOfEachOther() {
        Lifecycle lab = life.in("lab");
        lab.promote(ONE, "try");
        assertThat(registry.findActive("m")).isEmpty();
        life.promote(TWO, "ship");
        lab.promote(TWO, "also here");
        assertThat(registry.findActive("m", "lab").orElseThrow().ref()).isEqualTo(TWO);
        lab.rollback("m", "not here");
        assertThat(registry.findActive("m", "lab").orElseThrow().ref()).isEqualTo(ONE);
        assertThat(registry.active("m").ref()).isEqualTo(TWO);
        assertThat(registry.deployments(TWO))
                .extracting(deployment -> deployment.environment() + " " + deployment.stage())
                .containsExactly("default ACTIVE", "lab ROLLED_BACK");
        assertThatThrownBy(() -> life.retire(ONE, "in use in the lab"))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("is (ACTIVE)");
        assertThatThrownBy(() -> life.in("not a name")).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void quarantineTakesAVersionOutEverywhereAndItsPredecessorAnswers() {
        life.promote(ONE, "");
        life.promote(TWO, "");
        life.in("lab").promote(TWO, "");
        assertThat(life.quarantine(TWO, "backdoor?").stage()).isEqualTo(Stage.QUARANTINED);
        assertThat(registry.active("m").ref()).isEqualTo(ONE);
        assertThat(registry.findActive("m", "lab")).isEmpty();
        assertThatThrownBy(() -> registry.file(TWO))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("(QUARANTINED)");
        assertThatThrownBy(() -> life.promote(TWO, "")).isInstanceOf(LifecycleException.class);
        assertThat(life.release(TWO, "harmless").stage()).isEqualTo(Stage.REGISTERED);
        assertThat(life.promote(TWO, "validated anew").stage()).isEqualTo(Stage.ACTIVE);
    }

    @Test
    void aFrozenVersionStaysUntilItIsThawedOrProvesBad() {
        life.promote(ONE, "");
        life.promote(TWO, "");
        life.validate(THREE);
        assertThat(life.freeze("m", "holidays").ref()).isEqualTo(TWO);
        for (Runnable move : List.<Runnable>of(
                () -> life.promote(THREE, ""),
                () -> life.stage(THREE, ""),
                () -> life.shadow(THREE, ""),
                () -> life.canary(THREE, 5, ""),
                () -> life.freeze("m", "twice"))) {
            assertThatThrownBy(move::run)
                    .isInstanceOf(LifecycleException.class)
                    .hasMessageContaining("frozen")
                    .hasMessageContaining("Maybe");
        }
        life.in("lab").promote(THREE, "not frozen there");
        life.degrade(TWO, "still pinned");
        assertThatThrownBy(() -> life.promote(THREE, "")).isInstanceOf(LifecycleException.class);
        life.thaw("m", "back");
        assertThatThrownBy(() -> life.thaw("m", "twice")).isInstanceOf(LifecycleException.class);
        life.freeze("m", "again");
        assertThat(life.rollback("m", "bad").ref()).as("rollback needs no thaw").isEqualTo(ONE);
        assertThat(life.promote(THREE, "the pin went with the version").stage()).isEqualTo(Stage.ACTIVE);
    }

    @Test
    void erasedBytesAreGoneAndTheRecordStays() throws Exception {
        Path bytes = registry.file(ONE);
        life.retire(ONE, "");
        ModelVersion erased = life.erase(ONE, "law");
        assertThat(erased.stage()).isEqualTo(Stage.ERASED);
        assertThat(Files.exists(bytes)).isFalse();
        assertThat(registry.get(ONE)).isEqualTo(erased);
        assertThatThrownBy(() -> registry.file(ONE)).isInstanceOf(ModelNotFoundException.class);
        assertThat(registry.versions("m")).extracting(ModelVersion::number).containsExactly(2, 3);
        assertThat(registry.verify().ok()).isTrue();
        ModelVersion same = add(registry, "m", 2);
        life.retire(TWO, "");
        life.erase(TWO, "its bytes are another version's too");
        assertThat(Files.exists(registry.file(same.ref()))).isTrue();
    }

    @Test
    void everyDoorAsksForItsOwnPermission() {
        Map<Permission, List<Runnable>> doors = Map.of(
                Permission.REGISTER, List.of(() -> add(registry, "m", 9)),
                Permission.VALIDATE, List.of(() -> life.validate(ONE), () -> life.admit(ONE)),
                Permission.DEPLOY,
                        List.of(
                                () -> life.promote(ONE, ""),
                                () -> life.stage(ONE, ""),
                                () -> life.shadow(ONE, ""),
                                () -> life.canary(ONE, 5, ""),
                                () -> life.degrade(ONE, ""),
                                () -> life.recover(ONE, ""),
                                () -> life.withdraw(ONE, ""),
                                () -> life.rollback("m", ""),
                                () -> life.rollbackCanary(ONE, ""),
                                () -> life.beginTrial(List.of(ONE), "an experiment", ""),
                                () -> life.endTrial(List.of(ONE), "over")),
                Permission.RETIRE, List.of(() -> life.retire(ONE, "")),
                Permission.ERASE, List.of(() -> life.erase(ONE, "")),
                Permission.QUARANTINE, List.of(() -> life.quarantine(ONE, ""), () -> life.release(ONE, "")),
                Permission.FREEZE, List.of(() -> life.freeze("m", ""), () -> life.thaw("m", "")),
                Permission.GOVERN,
                        List.of(() -> registry.policies().set("m", Policies.EVERYWHERE, ModelPolicy.none(), "")));
        List<AuditEntry> before = registry.audit("m");
        doors.forEach((permission, calls) -> {
            registry.close();
            Set<Permission> others = EnumSet.complementOf(EnumSet.of(permission));
            registry = EdgeModelRegistry.builder()
                    .home(home)
                    .actor("tester")
                    .access(AccessPolicy.roles(Map.of("tester", others)))
                    .build();
            life = registry.lifecycle();
            for (Runnable call : calls) {
                assertThatThrownBy(call::run)
                        .as(permission.name())
                        .isInstanceOf(PermissionDeniedException.class)
                        .hasMessageContaining("(" + permission + ")");
            }
        });
        assertThat(registry.audit("m")).as("nothing was done").isEqualTo(before);
    }

    @Test
    void theActorIsTheOneWhoWasNamed() {
        life.as("ada").promote(ONE, "why not");
        assertThat(registry.audit("m").subList(3, 6))
                .extracting(AuditEntry::actor)
                .containsOnly("ada");
        assertThat(registry.audit("m").get(5).detail()).isEqualTo("why not");
    }
}
