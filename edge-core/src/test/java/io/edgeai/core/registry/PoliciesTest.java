package io.edgeai.core.registry;

import static io.edgeai.core.registry.RegistryModels.ref;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.PermissionDeniedException;
import io.edgeai.core.lifecycle.AccessPolicy;
import io.edgeai.core.lifecycle.Permission;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.runtime.TinyModels;
import io.edgeai.core.signing.SigningKey;
import io.edgeai.core.validation.GraphLimits;
import io.edgeai.core.validation.ModelPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The builder of every registry here asks for nothing; what is asked is kept in the home. */
class PoliciesTest {
    private static final VersionRef SHORT = ref("m", 1);
    private static final VersionRef LONG = ref("m", 2);
    private static final VersionRef JUNK = ref("m", 3);
    private static final ModelPolicy FIVE_NODES =
            ModelPolicy.none().graph(GraphLimits.defaults().nodes(5));
    private static final SigningKey KEY = SigningKey.generate();
    private static final ModelPolicy SIGNED = ModelPolicy.none().signedBy(KEY.verifying());

    @TempDir
    Path home;

    private EdgeModelRegistry registry;

    @BeforeEach
    void open() {
        registry = RegistryModels.open(home);
        registry.register("m", TinyModels.chain(3), r -> r.tag("site", "north"));
        registry.register("m", TinyModels.chain(20), r -> r.tag("site", "north"));
        registry.register(
                "m", new byte[] {1, 2, 3}, r -> r.format(ModelFormat.ONNX).signature(Signature.UNKNOWN));
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private void refused(ThrowingCallable call, String... parts) {
        long before = registry.audit("m").size();
        assertThatThrownBy(call).isInstanceOf(LifecycleException.class).hasMessageContainingAll(parts);
        assertThat(registry.deployed("m", "default")).isEmpty();
        assertThat(registry.audit("m").stream().skip(before))
                .as("nothing but a verdict")
                .allMatch(entry -> entry.action().name().startsWith("VALID")
                        || entry.action() == AuditAction.REJECTED
                        || entry.action() == AuditAction.POLICY_MET);
    }

    @Test
    void itIsAskedOfEveryProcessWhateverItsBuilderSays() {
        registry.policies().as("ada").set("m", Policies.EVERYWHERE, FIVE_NODES, "small boxes");
        try (EdgeModelRegistry other = RegistryModels.open(home)) {
            assertThatThrownBy(() -> other.promote(LONG, "go"))
                    .isInstanceOf(LifecycleException.class)
                    .hasMessageContaining("more than (5) nodes");
            assertThat(other.get(LONG).stage()).as("by its very first verdict").isEqualTo(Stage.REJECTED);
            assertThat(other.promote(SHORT, "go").stage()).isEqualTo(Stage.ACTIVE);
            assertThat(other.policies().of("m")).singleElement().satisfies(policy -> {
                assertThat(policy.actor()).isEqualTo("ada");
                assertThat(policy.reason()).isEqualTo("small boxes");
                assertThat(policy.policy()).isEqualTo(FIVE_NODES);
                assertThat(policy.at()).isBefore(Instant.now().plusSeconds(1));
            });
        }
        assertThat(registry.history().verify(Set.of()).findings()).isEmpty();
    }

    @Test
    void whatWasValidatedBeforeMeetsItAtEveryDoor() {
        List.of(SHORT, LONG, JUNK).forEach(registry.lifecycle()::validate);
        registry.policies().set("m", Policies.EVERYWHERE, FIVE_NODES, "small boxes");
        Lifecycle life = registry.lifecycle();
        refused(() -> life.promote(LONG, ""), "(m@2)", "more than (5) nodes", "every environment", "Maybe");
        refused(() -> life.stage(LONG, ""), "more than (5) nodes");
        refused(() -> life.shadow(LONG, ""), "more than (5) nodes");
        refused(() -> life.admit(LONG), "more than (5) nodes");
        refused(() -> life.promote(JUNK, ""), "format scan failed");
        assertThat(registry.get(LONG).stage())
                .as("another environment may ask for less")
                .isEqualTo(Stage.VALIDATED);

        assertThat(life.admit(SHORT).ref()).isEqualTo(SHORT);
        long met = met();
        assertThat(met).isOne();
        assertThat(life.promote(SHORT, "").stage()).isEqualTo(Stage.ACTIVE);
        assertThat(life.in("lab").promote(SHORT, "").ref()).isEqualTo(SHORT);
        assertThat(met()).as("found in the audit, not run again").isEqualTo(met);
        assertThatThrownBy(() -> life.canary(LONG, 5, ""))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("more than (5) nodes");
    }

    private long met() {
        return registry.audit("m").stream()
                .filter(entry -> entry.action() == AuditAction.POLICY_MET)
                .count();
    }

    @Test
    void itHoldsInItsEnvironmentOnlyAndTheLatestCounts() {
        List.of(SHORT, LONG).forEach(registry.lifecycle()::validate);
        registry.policies().set("m", "plant", FIVE_NODES, "small boxes");
        assertThat(registry.promote(LONG, "").stage()).isEqualTo(Stage.ACTIVE);
        Lifecycle plant = registry.lifecycle().in("plant");
        assertThatThrownBy(() -> plant.promote(LONG, "")).hasMessageContaining("environment (plant)");
        plant.promote(SHORT, "");
        registry.policies()
                .set(
                        "m",
                        "plant",
                        ModelPolicy.none().graph(GraphLimits.defaults().nodes(2)),
                        "smaller ones");
        assertThatThrownBy(() -> plant.stage(SHORT, "")).isInstanceOf(LifecycleException.class);
        registry.policies().set("m", "plant", ModelPolicy.none(), "enough");
        assertThat(registry.policies().of("m")).isEmpty();
        assertThat(plant.promote(LONG, "").ref()).isEqualTo(LONG);
        assertThat(plant.rollback("m", "back").ref()).isEqualTo(SHORT);
    }

    @Test
    void aWayBackStaysOpen() {
        registry.promote(SHORT, "first");
        registry.promote(LONG, "second");
        registry.policies().set("m", Policies.EVERYWHERE, SIGNED, "from now on");
        assertThat(registry.active("m").ref()).as("what answers goes on").isEqualTo(LONG);
        assertThat(registry.rollback("m", "fire").ref()).isEqualTo(SHORT);
        assertThatThrownBy(() -> registry.promote(JUNK, "")).isInstanceOf(LifecycleException.class);
    }

    @Test
    void onlyWhatIsSignedAsItIsNowGetsRequests() {
        registry.policies().set("m", Policies.EVERYWHERE, SIGNED, "only ours");
        registry.annotations().sign(LONG, SigningKey.generate());
        assertThatThrownBy(() -> registry.lifecycle().admit(SHORT))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("signed by failed");
        registry.annotations().sign(LONG, KEY);
        assertThat(registry.lifecycle().validate(LONG).passed()).isTrue();
        registry.annotations().tag(LONG, "site", "south");
        refused(() -> registry.promote(LONG, ""), "no signature by any of [" + KEY.verifying() + "]", "Maybe sign");
        registry.annotations().tag(LONG, "site", "north");
        registry.annotations().tag(LONG, "note", "what comes later is not covered");
        assertThat(registry.promote(LONG, "").stage()).isEqualTo(Stage.ACTIVE);
    }

    @Test
    void whatIsReleasedFromQuarantineMeetsItAnew() {
        registry.policies().set("m", Policies.EVERYWHERE, FIVE_NODES, "small boxes");
        registry.lifecycle().validate(SHORT);
        registry.lifecycle().quarantine(SHORT, "odd");
        registry.lifecycle().release(SHORT, "fine");
        registry.promote(SHORT, "");
        assertThat(met()).isEqualTo(2);
    }

    @Test
    void whoMaySetItIsAskedAndAModelMustBeThere() {
        assertThatThrownBy(() -> registry.policies().set("none", Policies.EVERYWHERE, SIGNED, ""))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("Maybe register one first");
        assertThatThrownBy(() -> registry.policies().set("m", "a b", SIGNED, ""))
                .isInstanceOf(InvalidInputException.class);
        Set<Permission> others = EnumSet.complementOf(EnumSet.of(Permission.GOVERN));
        try (EdgeModelRegistry narrow = RegistryModels.builder(home)
                .access(AccessPolicy.roles(Map.of("tester", others)))
                .build()) {
            assertThatThrownBy(() -> narrow.policies().set("m", Policies.EVERYWHERE, ModelPolicy.none(), ""))
                    .isInstanceOf(PermissionDeniedException.class)
                    .hasMessageContaining("(GOVERN)");
        }
    }

    @Test
    void aPolicyReadsAsItWasWritten() {
        ModelPolicy all = SIGNED.graph(new GraphLimits(7, 6))
                .opens()
                .latency(Duration.ofMillis(20))
                .memory(300);
        assertThat(ModelPolicy.read(all.json())).isEqualTo(all);
        assertThat(ModelPolicy.read(ModelPolicy.none().json())).isEqualTo(ModelPolicy.none());
        assertThat(all.gates())
                .extracting(gate -> gate.name())
                .containsExactly(
                        "signed by", "format scan", "signature", "graph size", "first load", "latency", "memory");
        assertThat(ModelPolicy.none().gates()).isEmpty();
        assertThatThrownBy(() -> ModelPolicy.read("{\"format\":2}")).hasMessageContaining("newer version");
        assertThatThrownBy(() -> all.memory(0)).isInstanceOf(InvalidInputException.class);
    }
}
