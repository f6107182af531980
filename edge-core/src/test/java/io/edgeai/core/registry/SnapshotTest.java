package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.model.WorkloadType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotTest {
    private static Entry entry(String model, int number, Stage stage) {
        return new Entry(
                new ModelVersion(
                        VersionRef.of(model, number),
                        ModelFormat.ONNX,
                        WorkloadType.INFERENCE,
                        Digest.of(new byte[] {(byte) number}),
                        1,
                        Signature.UNKNOWN,
                        Optional.empty(),
                        "",
                        stage,
                        Instant.EPOCH,
                        Map.of()),
                false,
                "");
    }

    private static Map<VersionRef, Entry> change(Entry... entries) {
        Map<VersionRef, Entry> changed = new HashMap<>();
        for (Entry entry : entries) {
            changed.put(entry.ref(), entry);
        }
        return changed;
    }

    @Test
    void changesMakeANewSnapshotAndLeaveTheOldOne() {
        Snapshot one = Snapshot.EMPTY.with(1, change(entry("m", 1, Stage.ACTIVE)));
        Snapshot two = one.with(3, change(entry("m", 1, Stage.SUPERSEDED), entry("m", 2, Stage.ACTIVE)));
        assertThat(one.active("m").ref()).isEqualTo(VersionRef.of("m", 1));
        assertThat(two.active("m").ref()).isEqualTo(VersionRef.of("m", 2));
        assertThat(one.entries("m")).hasSize(1);
        assertThat(two.sequence()).isEqualTo(3);
        assertThat(two.entry(VersionRef.of("m", 1)).stage()).isEqualTo(Stage.SUPERSEDED);
    }

    @Test
    void aModelWithoutVersionsIsGone() {
        Snapshot one = Snapshot.EMPTY.with(1, change(entry("m", 1, Stage.RETIRED)));
        Map<VersionRef, Entry> erased = new HashMap<>();
        erased.put(VersionRef.of("m", 1), null);
        Snapshot two = one.with(2, erased);
        assertThat(two.models()).isEmpty();
        assertThatThrownBy(() -> two.require(VersionRef.of("m", 1)))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("register it first");
    }

    @Test
    void theSupersededVersionThatWasPromotedLastIsThePredecessor() {
        List<Entry> entries = new ArrayList<>();
        for (int number = 1; number <= 4; number++) {
            long activation = number == 2 ? 9 : number == 4 ? 0 : number;
            entries.add(entry("m", number, Stage.VALIDATED)
                    .with(Standing.of(Stage.VALIDATED)
                            .with(new Deployment("default", Stage.SUPERSEDED, 0, false, activation))));
        }
        Snapshot snapshot = Snapshot.EMPTY.with(1, change(entries.toArray(Entry[]::new)));
        assertThat(snapshot.predecessor("m", "default").ref()).isEqualTo(VersionRef.of("m", 2));
        assertThat(snapshot.predecessor("m", "lab")).isNull();
        assertThat(snapshot.predecessor("other", "default")).isNull();
    }

    @Test
    void canariesAndAliasesAreFoundInTheirPlace() {
        Entry canary = entry("m", 1, Stage.VALIDATED)
                .with(Standing.of(Stage.CANARY).named(new TreeSet<>(List.of("best", "blue"))));
        Entry elsewhere = entry("m", 2, Stage.VALIDATED)
                .with(Standing.of(Stage.VALIDATED).with(new Deployment("lab", Stage.CANARY, 5, false, 0)));
        Snapshot snapshot = Snapshot.EMPTY.with(1, change(canary, elsewhere));
        assertThat(snapshot.canary("m", "default")).isEqualTo(canary);
        assertThat(snapshot.canary("m", "lab")).isEqualTo(elsewhere);
        assertThat(snapshot.canary("m", "plant")).isNull();
        assertThat(snapshot.aliased("m", "blue")).isEqualTo(canary);
        assertThat(snapshot.aliased("m", "green")).isNull();
        assertThat(snapshot.aliased("other", "blue")).isNull();
    }

    @Test
    void manyVersionsOfSimilarNamesHashApart() {
        HashSet<Integer> hashes = new HashSet<>();
        for (int model = 0; model < 100; model++) {
            for (int number = 1; number <= 1000; number++) {
                hashes.add(VersionRef.of("model-" + model, number).hashCode());
            }
        }
        assertThat(hashes).hasSizeGreaterThan(99_900);
    }

    @Test
    void messagesListAtMostTwenty() {
        List<Entry> entries = new ArrayList<>();
        for (int i = 1; i <= 30; i++) {
            entries.add(entry("m", i, Stage.REGISTERED));
        }
        Snapshot snapshot = Snapshot.EMPTY.with(1, change(entries.toArray(Entry[]::new)));
        assertThatThrownBy(() -> snapshot.require(VersionRef.of("m", 99)))
                .hasMessageContaining("m@20")
                .hasMessageNotContaining("m@21");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void behavesLikeAMap(long seed) {
        Random random = new Random(seed);
        TreeMap<VersionRef, Entry> expected = new TreeMap<>();
        Snapshot snapshot = Snapshot.EMPTY;
        for (int step = 1; step <= 200; step++) {
            Map<VersionRef, Entry> changed = new HashMap<>();
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                VersionRef ref = VersionRef.of("m" + random.nextInt(4), 1 + random.nextInt(6));
                Entry entry = random.nextInt(3) == 0
                        ? null
                        : entry(
                                ref.model().name(),
                                ref.number(),
                                random.nextBoolean() ? Stage.RETIRED : Stage.REGISTERED);
                changed.put(ref, entry);
            }
            changed.forEach((ref, entry) -> {
                if (entry == null) {
                    expected.remove(ref);
                } else {
                    expected.put(ref, entry);
                }
            });
            snapshot = snapshot.with(step, changed);
            assertThat(snapshot.all()).as("seed %d, step %d", seed, step).containsExactlyElementsOf(expected.values());
        }
    }

    @Test
    void signaturesSurviveJson() {
        Signature signature = new Signature(
                List.of(
                        new TensorSpec(
                                "x \"quoted\"",
                                ElementType.FLOAT16,
                                List.of(Dim.symbolic("N"), Dim.of(3), Dim.UNKNOWN)),
                        new TensorSpec("scalar", ElementType.INT64, List.of())),
                List.of(new TensorSpec("ü", ElementType.STRING, List.of(Dim.of(0)))));
        assertThat(SignatureJson.read(SignatureJson.write(signature))).isEqualTo(signature);
        assertThat(SignatureJson.read(SignatureJson.write(Signature.UNKNOWN))).isEqualTo(Signature.UNKNOWN);
        assertThat(SignatureJson.write(signature)).contains("\"shape\":[\"N\",3,null]");
    }

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void everyElementTypeSurvivesJson(ElementType type) {
        Signature signature = new Signature(List.of(TensorSpec.of("x", type, 1, 2)), List.of());
        assertThat(SignatureJson.read(SignatureJson.write(signature))).isEqualTo(signature);
    }

    @Test
    void aDamagedSignatureIsAnIntegrityError() {
        for (String text : List.of("{broken", "{\"inputs\":[{\"name\":\"x\",\"type\":\"FLOAT99\",\"shape\":[]}]}")) {
            assertThatThrownBy(() -> SignatureJson.read(text))
                    .isInstanceOf(ModelIntegrityException.class)
                    .hasMessageContaining("Maybe");
        }
    }
}
