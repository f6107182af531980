package io.edgeai.core.registry;

import static io.edgeai.core.registry.RegistryModels.add;
import static io.edgeai.core.registry.RegistryModels.ref;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.PermissionDeniedException;
import io.edgeai.core.lifecycle.AccessPolicy;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.signing.SigningKey;
import io.edgeai.core.validation.ValidationGate;
import io.edgeai.core.validation.ValidationGates;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnnotationsTest {
    private static final VersionRef ONE = ref("m", 1);
    private static final VersionRef TWO = ref("m", 2);

    @TempDir
    Path home;

    private EdgeModelRegistry registry;
    private Annotations notes;

    @BeforeEach
    void open() {
        registry = RegistryModels.open(home);
        add(registry, "m", 1);
        add(registry, "m", 2);
        notes = registry.annotations();
    }

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void anAliasPointsAtOneVersionAndItsMovesAreAudited() {
        notes.alias("best", ONE, "first");
        notes.alias("blue", ONE, "");
        notes.alias("best", TWO, "better");
        assertThat(notes.find("m", "best").map(ModelVersion::ref)).contains(TWO);
        assertThat(notes.aliases(ONE)).containsExactly("blue");
        registry.close();
        registry = RegistryModels.open(home);
        notes = registry.annotations();
        assertThat(notes.aliases(TWO)).as("after a restart").containsExactly("best");
        notes.unalias("m", "best", "nothing is");
        assertThat(notes.find("m", "best")).isEmpty();
        assertThat(registry.audit("m").subList(2, 7))
                .extracting(entry -> entry.ref() + " " + entry.action() + " " + entry.detail())
                .containsExactly(
                        "m@1 ALIASED best: first",
                        "m@1 ALIASED blue: ",
                        "m@1 UNALIASED best: moved to m@2: better",
                        "m@2 ALIASED best: better",
                        "m@2 UNALIASED best: nothing is");
        assertThat(registry.history().verify(java.util.Set.of()).ok()).isTrue();
    }

    @Test
    void sayingTheSameTwiceChangesNothing() {
        notes.alias("best", ONE, "");
        int entries = registry.audit("m").size();
        assertThat(notes.alias("best", ONE, "again").ref()).isEqualTo(ONE);
        assertThat(registry.audit("m")).hasSize(entries);
    }

    @Test
    void tagsAreSetReplacedAndTakenAway() {
        notes.tag(ONE, "site", "north");
        assertThat(notes.tag(ONE, "site", "south").tags()).isEqualTo(Map.of("site", "south"));
        assertThat(registry.get(ONE).tags()).isEqualTo(Map.of("site", "south"));
        assertThat(notes.untag(ONE, "site").tags()).isEmpty();
        assertThatThrownBy(() -> notes.untag(ONE, "site")).isInstanceOf(LifecycleException.class);
        notes.note(ONE, "measured on the old cameras");
        assertThat(registry.audit("m").get(5))
                .matches(entry ->
                        entry.action() == AuditAction.NOTED && entry.detail().equals("measured on the old cameras"));
    }

    @Test
    void whatCannotBeIsRefused() {
        for (String name : List.of("", "1st", "a b", "x".repeat(65), "a/b")) {
            assertThatThrownBy(() -> notes.alias(name, ONE, ""))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("Maybe");
        }
        assertThatThrownBy(() -> notes.unalias("m", "none", "")).isInstanceOf(LifecycleException.class);
        assertThatThrownBy(() -> notes.tag(ONE, "", "x")).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> notes.note(ONE, " ")).isInstanceOf(InvalidInputException.class);
        registry.retire(ONE, "");
        registry.erase(ONE, "");
        assertThatThrownBy(() -> notes.alias("old", ONE, "")).isInstanceOf(LifecycleException.class);
        try (EdgeModelRegistry closed = EdgeModelRegistry.builder()
                .home(home)
                .access(AccessPolicy.roles(Map.of()))
                .build()) {
            assertThatThrownBy(() -> closed.annotations().note(TWO, "hello"))
                    .isInstanceOf(PermissionDeniedException.class);
        }
    }

    @Test
    void onlyWhatATrustedKeySignedIsValidated() {
        SigningKey trusted = SigningKey.generate();
        SigningKey stranger = SigningKey.generate();
        Lifecycle life = registry.lifecycle();
        notes.sign(ONE, stranger);
        assertThat(life.validate(ONE, List.of(ValidationGates.signedBy(trusted.verifying())))
                        .passed())
                .isFalse();
        assertThat(registry.get(ONE).stage()).isEqualTo(Stage.REJECTED);
        notes.sign(ONE, trusted);
        assertThat(life.validate(ONE, List.of(ValidationGates.signedBy(trusted.verifying())))
                        .passed())
                .isTrue();
        String signature =
                registry.get(ONE).tags().get("signature." + trusted.verifying().id());
        notes.tag(TWO, "signature." + trusted.verifying().id(), signature);
        assertThat(life.validate(TWO, List.of(ValidationGates.signedBy(trusted.verifying())))
                        .passed())
                .as("a signature over other bytes")
                .isFalse();
    }

    @Test
    void aSignatureTravelsWithAnExport(@TempDir Path elsewhere) {
        SigningKey key = SigningKey.generate();
        notes.sign(TWO, key);
        Path zip = elsewhere.resolve("m.zip");
        registry.exportTo(zip, List.of(TWO));
        List<ValidationGate> gates = List.of(ValidationGates.signedBy(key.verifying()));
        try (EdgeModelRegistry other = RegistryModels.open(elsewhere.resolve("home"))) {
            add(other, "m", 7);
            assertThat(other.importFrom(zip).get(TWO).ref()).isEqualTo(TWO);
            assertThat(other.lifecycle().validate(TWO, gates).passed()).isTrue();
        }
        try (EdgeModelRegistry other = RegistryModels.open(elsewhere.resolve("fuller"))) {
            add(other, "m", 7);
            add(other, "m", 8);
            VersionRef there =
                    other.importFrom(zip, List.of(key.verifying())).get(TWO).ref();
            assertThat(there).as("under another number").isEqualTo(ref("m", 3));
            assertThat(other.lifecycle().validate(there, gates).summary())
                    .as("which the signature does not cover")
                    .contains("imported under another number");
        }
    }
}
