package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.event.StageChanged;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a registry remembers: stages, who was active before, lineage, audit, events, and what other registries did. */
class RegistryHistoryTest {
    private static final long SECOND = 1_000_000_000;

    @TempDir
    Path home;

    private final AtomicLong nanos = new AtomicLong();
    private final List<StageChanged> events = new ArrayList<>();
    private final List<RuntimeException> failures = new ArrayList<>();
    private final EventBus bus = new EventBus((event, failure) -> failures.add(failure));
    private EdgeModelRegistry registry;

    @BeforeEach
    void open() {
        bus.subscribe(StageChanged.class, events::add);
        registry = opened();
    }

    private EdgeModelRegistry opened() {
        return EdgeModelRegistry.builder()
                .home(home)
                .ticker(nanos::get)
                .events(bus)
                .gates(AcceptingGate.ONLY)
                .clock(Clock.fixed(Instant.parse("2026-11-25T00:00:00Z"), ZoneOffset.UTC))
                .build();
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private static ModelVersion add(EdgeModelRegistry registry, String model, int content) {
        return registry.register(
                model, new byte[] {(byte) content, (byte) (content >> 8)}, r -> r.format(ModelFormat.TENSORRT)
                        .signature(Signature.UNKNOWN));
    }

    private ModelVersion derive(String model, VersionRef parent) {
        return registry.register(model, new byte[] {1}, r -> r.format(ModelFormat.TENSORRT)
                .signature(Signature.UNKNOWN)
                .derivedFrom(parent, "step"));
    }

    private static VersionRef m(int number) {
        return VersionRef.of("m", number);
    }

    private void promote(int... numbers) {
        for (int number : numbers) {
            registry.promote(m(number), "test");
        }
    }

    private int active() {
        return registry.active("m").number();
    }

    private void versions(int count) {
        for (int i = 1; i <= count; i++) {
            add(registry, "m", i);
        }
    }

    @Test
    void rollbacksGoBackOneByOneToTheFirstAndNoFurther() {
        versions(6);
        promote(1, 2, 3, 4, 5, 6);
        for (int expected = 5; expected >= 1; expected--) {
            assertThat(registry.rollback("m", "back").number()).isEqualTo(expected);
            assertThat(active()).isEqualTo(expected);
        }
        assertThatThrownBy(() -> registry.rollback("m", "once more"))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("before (m@1)")
                .hasMessageContaining("Maybe promote one of [m@2, m@3, m@4, m@5, m@6]");
        assertThat(active()).isEqualTo(1);
    }

    @Test
    void aRollbackForgetsWhatItLeftSoThatItDoesNotSwing() {
        versions(3);
        promote(1, 2);
        registry.rollback("m", "2 is bad");
        promote(3);
        assertThat(registry.rollback("m", "3 is bad too").number()).as("not 2").isEqualTo(1);
        assertThatThrownBy(() -> registry.rollback("m", "further")).isInstanceOf(LifecycleException.class);
    }

    @Test
    void whatWasRolledBackIsNotReturnedToUntilItIsPromotedAgain() {
        versions(3);
        promote(1, 2, 1, 3);
        assertThat(registry.rollback("m", "").number()).isEqualTo(1);
        assertThat(registry.rollback("m", "").number()).isEqualTo(2);
        assertThatThrownBy(() -> registry.rollback("m", "1 was rolled back itself"))
                .isInstanceOf(LifecycleException.class);
        promote(1, 3);
        assertThat(registry.rollback("m", "").number()).isEqualTo(1);
    }

    @Test
    void rollbacksPassOverWhatWasRetiredOrErasedAndSurviveARestart() {
        versions(5);
        promote(1, 2, 3, 4, 5);
        registry.retire(m(4), "bad");
        registry.retire(m(3), "bad");
        registry.erase(m(3), "law");
        registry.close();
        registry = opened();
        assertThat(registry.rollback("m", "back").number()).isEqualTo(2);
        assertThat(registry.rollback("m", "back").number()).isEqualTo(1);
        assertThat(registry.versions("m"))
                .extracting(ModelVersion::stage)
                .containsExactly(Stage.ACTIVE, Stage.ROLLED_BACK, Stage.RETIRED, Stage.ROLLED_BACK);
    }

    @Test
    void everyModelHasItsOwnHistory() {
        versions(2);
        add(registry, "n", 1);
        promote(1);
        registry.promote(VersionRef.of("n", 1), "");
        promote(2);
        assertThatThrownBy(() -> registry.rollback("n", "")).isInstanceOf(LifecycleException.class);
        assertThat(registry.rollback("m", "").number()).isEqualTo(1);
        assertThat(registry.active("n").number()).isEqualTo(1);
        assertThatThrownBy(() -> registry.rollback("unknown", ""))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("no active version");
    }

    @Test
    void numbersAreNotReusedAfterErasureAndRestartWhoeverRegistersNext() {
        for (int round = 1; round <= 4; round++) {
            VersionRef ref = add(registry, "m", round).ref();
            assertThat(ref.number()).isEqualTo(round);
            registry.retire(ref, "");
            registry.erase(ref, "");
            assertThat(registry.models()).isEmpty();
            registry.gc();
            registry.close();
            registry = opened();
        }
        try (EdgeModelRegistry other = opened()) {
            assertThat(add(other, "m", 9).number()).isEqualTo(5);
        }
        assertThat(registry.audit("m")).hasSize(4 * 3 + 1);
    }

    @Test
    void lineageOfALongChainAcrossModels() {
        List<VersionRef> chain = new ArrayList<>(List.of(add(registry, "m0", 0).ref()));
        for (int i = 1; i < 60; i++) {
            chain.add(derive("m" + i % 7, chain.get(i - 1)).ref());
        }
        VersionRef last = chain.get(chain.size() - 1);
        assertThat(registry.lineage(last)).extracting(ModelVersion::ref).containsExactlyElementsOf(chain);
        for (int i = 0; i + 1 < chain.size(); i++) {
            assertThat(registry.children(chain.get(i)))
                    .extracting(ModelVersion::ref)
                    .containsExactly(chain.get(i + 1));
        }
        for (VersionRef ref : chain) {
            registry.retire(ref, "");
        }
        for (VersionRef ref : chain) {
            registry.erase(ref, "from the origin");
        }
        assertThat(registry.models()).isEmpty();
        assertThat(registry.lineage(last))
                .extracting(ModelVersion::ref)
                .as("the records stay")
                .containsExactlyElementsOf(chain);
    }

    @Test
    void aTreeOfDerivationsIsListedChildByChild() {
        VersionRef root = add(registry, "m", 0).ref();
        List<VersionRef> children = IntStream.range(0, 12)
                .mapToObj(i -> derive(i % 2 == 0 ? "m" : "a", root).ref())
                .toList();
        assertThat(registry.children(root))
                .extracting(ModelVersion::ref)
                .isSorted()
                .containsExactlyInAnyOrderElementsOf(children);
        for (VersionRef child : children) {
            assertThat(registry.lineage(child)).extracting(ModelVersion::ref).containsExactly(root, child);
            assertThat(registry.get(child).derivation()).isEqualTo("step");
        }
    }

    /** The audit alone must tell the present state: nothing changes without an entry, and no entry lies. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void replayingTheAuditGivesTheStateThereIs(long seed) {
        Random random = new Random(seed);
        List<String> models = List.of("m", "n");
        for (int i = 0; i < 150; i++) {
            String model = models.get(random.nextInt(2));
            int last = registry.audit(model).stream()
                    .mapToInt(entry -> entry.ref().number())
                    .max()
                    .orElse(0);
            VersionRef ref = VersionRef.of(model, 1 + random.nextInt(last + 1));
            try {
                switch (random.nextInt(7)) {
                    case 0, 1 -> add(registry, model, random.nextInt(9));
                    case 2, 3 -> registry.promote(ref, "why");
                    case 4 -> registry.rollback(model, "why");
                    case 5 -> registry.retire(ref, "why");
                    default -> registry.erase(ref, "why");
                }
            } catch (LifecycleException | ModelNotFoundException refused) {
                assertThat(refused.getMessage()).contains("Maybe");
            }
        }
        for (String model : models) {
            Map<Integer, Stage> replayed = new TreeMap<>();
            long sequence = 0;
            for (AuditEntry entry : registry.audit(model)) {
                assertThat(entry.sequence()).isGreaterThan(sequence);
                sequence = entry.sequence();
                int number = entry.ref().number();
                Stage before = replayed.get(number);
                switch (entry.action()) {
                    case REGISTERED, IMPORTED -> replayed.put(number, Stage.REGISTERED);
                    case PROMOTED -> replayed.put(number, Stage.ACTIVE);
                    case VALIDATION_STARTED -> replayed.put(number, Stage.VALIDATING);
                    case VALIDATED -> replayed.put(number, Stage.VALIDATED);
                    case SUPERSEDED, ROLLED_BACK -> {
                        assertThat(before).as("seed %d, %s", seed, entry).isEqualTo(Stage.ACTIVE);
                        replayed.put(number, Stage.valueOf(entry.action().name()));
                    }
                    case RETIRED -> replayed.put(number, Stage.RETIRED);
                    case ERASED ->
                        assertThat(replayed.remove(number))
                                .as("seed %d, %s", seed, entry)
                                .isEqualTo(Stage.RETIRED);
                    default -> throw new AssertionError("unexpected " + entry);
                }
            }
            Map<Integer, Stage> there = new TreeMap<>();
            registry.versions(model).forEach(version -> there.put(version.number(), version.stage()));
            assertThat(replayed).as("seed %d, model %s", seed, model).isEqualTo(there);
        }
        replayEvents(seed);
    }

    /** Events, in order, must be a chain for each version: each begins where the last one ended. */
    private void replayEvents(long seed) {
        Map<VersionRef, Stage> stages = new HashMap<>();
        for (StageChanged event : events) {
            Stage before = stages.put(event.version(), event.to());
            assertThat(event.from())
                    .as("seed %d, %s", seed, event)
                    .isEqualTo(Optional.ofNullable(before).orElse(Stage.REGISTERED));
        }
        stages.forEach((ref, stage) -> registry.find(ref)
                .ifPresent(version ->
                        assertThat(version.stage()).as("seed %d, %s", seed, ref).isEqualTo(stage)));
    }

    @Test
    void eventsComeInOrderTheOldVersionFirst() {
        versions(3);
        promote(1, 2);
        registry.rollback("m", "");
        registry.retire(m(3), "");
        assertThat(events)
                .extracting(event -> event.version().number() + " " + event.from() + " " + event.to())
                .containsExactly(
                        "1 REGISTERED VALIDATING",
                        "1 VALIDATING VALIDATED",
                        "1 VALIDATED ACTIVE",
                        "2 REGISTERED VALIDATING",
                        "2 VALIDATING VALIDATED",
                        "1 ACTIVE SUPERSEDED",
                        "2 VALIDATED ACTIVE",
                        "2 ACTIVE ROLLED_BACK",
                        "1 SUPERSEDED ACTIVE",
                        "3 REGISTERED RETIRED");
    }

    @Test
    void aSubscriberThatFailsHarmsNobody() {
        versions(2);
        registry.lifecycle().validate(m(1));
        registry.lifecycle().validate(m(2));
        events.clear();
        bus.subscribe(StageChanged.class, event -> {
            throw new IllegalStateException("subscriber of " + event.version());
        });
        List<StageChanged> later = new ArrayList<>();
        bus.subscribe(StageChanged.class, later::add);
        promote(1, 2);
        assertThat(active()).isEqualTo(2);
        assertThat(failures)
                .extracting(Throwable::getMessage)
                .containsExactly("subscriber of m@1", "subscriber of m@1", "subscriber of m@2");
        assertThat(later).isEqualTo(events).hasSize(3);
    }

    @Test
    void aRefusedChangePublishesNothing() {
        versions(1);
        promote(1);
        events.clear();
        assertThatThrownBy(() -> registry.promote(m(1), "again")).isInstanceOf(LifecycleException.class);
        assertThatThrownBy(() -> registry.retire(m(1), "active")).isInstanceOf(LifecycleException.class);
        assertThatThrownBy(() -> registry.rollback("m", "nothing before")).isInstanceOf(LifecycleException.class);
        assertThat(events).isEmpty();
        assertThat(registry.audit("m")).hasSize(4);
    }

    /** Exactly one second on a clock that the test moves: not before, and not later. */
    @Test
    void whatAnotherRegistryDidShowsAfterASecondOfTheTicker() {
        versions(3);
        promote(1);
        try (EdgeModelRegistry other = opened()) {
            for (int number : new int[] {2, 3, 1, 2}) {
                int before = active();
                nanos.addAndGet(SECOND + 1);
                assertThat(active()).isEqualTo(before);
                other.promote(m(number), "elsewhere");
                assertThat(other.active("m").number())
                        .as("its own change at once")
                        .isEqualTo(number);
                nanos.addAndGet(SECOND);
                assertThat(active()).isEqualTo(before);
                nanos.addAndGet(1);
                assertThat(active()).isEqualTo(number);
            }
            other.promote(m(1), "elsewhere");
            assertThat(active()).isEqualTo(2);
            assertThat(registry.get(m(1)).stage())
                    .as("any other read is complete")
                    .isEqualTo(Stage.ACTIVE);
            assertThat(active()).as("and brings the memory up to date").isEqualTo(1);
        }
    }

    @Test
    void aTickerThatWrapsAroundStillAges() {
        versions(2);
        promote(1);
        nanos.set(Long.MAX_VALUE - 10);
        assertThat(active()).isEqualTo(1);
        try (EdgeModelRegistry other = opened()) {
            other.promote(m(2), "elsewhere");
        }
        nanos.addAndGet(SECOND + 1); // negative now
        assertThat(nanos.get()).isNegative();
        assertThat(active()).isEqualTo(2);
    }

    @Test
    void aModelThatAnotherRegistryBroughtIsFoundAndSuggested() {
        assertThat(registry.findActive("speech")).isEmpty();
        try (EdgeModelRegistry other = opened()) {
            add(other, "speech", 1);
            other.promote(VersionRef.of("speech", 1), "");
            assertThat(registry.findActive("speech")).as("within the second").isEmpty();
            assertThatThrownBy(() -> registry.get("spech@1"))
                    .isInstanceOf(ModelNotFoundException.class)
                    .hasMessageContaining("[speech]");
            assertThat(registry.findActive("speech")).as("the look-up has read").isPresent();
        }
    }

    @Test
    void suggestionsAreTheThreeNearestAndNoneIsInvented() {
        for (String model : List.of("detector", "detectors", "detector-v2", "detect0r", "classifier")) {
            add(registry, model, 1);
        }
        assertThatThrownBy(() -> registry.active("detectr"))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("Maybe one of [detect0r, detector, detectors]?");
        assertThatThrownBy(() -> registry.active("zzzzzz"))
                .hasMessageContaining("Model (zzzzzz) is not registered. Maybe register it first.");
        assertThatThrownBy(() -> registry.get("detector@2"))
                .hasMessageContaining("has no version (2). Maybe one of [detector@1]?");
        assertThatThrownBy(() -> registry.active("detector"))
                .hasMessageContaining("has no active version. Maybe promote one of [detector@1]");
    }
}
