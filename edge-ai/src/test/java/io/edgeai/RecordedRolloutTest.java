package io.edgeai;

import static io.edgeai.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.event.StageChanged;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.registry.Lifecycle;
import io.edgeai.core.rollout.CanaryStatus;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.serving.ModelEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Version n answers n·x, takes {@code millis[n]} by a fake clock, and fails as often as the test says. */
class RecordedRolloutTest {
    @TempDir
    Path dir;

    private final FakeTime time = new FakeTime();
    private final SplittableRandom random = new SplittableRandom(20261126);
    private final double[] failing = new double[4];
    private final long[] millis = {0, 1, 1, 1};
    private final Slowed engine = new Slowed(time, answer -> {
        int version = Math.round(answer[0]);
        if (random.nextDouble() < failing[version]) {
            throw new InferenceException("version " + version + " failed");
        }
        return 1_000_000L * millis[version] + random.nextInt(1000);
    });
    private volatile CountDownLatch mayGoOn = new CountDownLatch(0);
    private final List<AlertRaised> alerts = new CopyOnWriteArrayList<>();
    private EdgeAI edge;
    private ModelEndpoint endpoint;
    private VersionRef first;
    private VersionRef second;

    @BeforeEach
    void open() {
        edge = instance();
        first = Fixtures.times(edge, "m", 1).ref();
        second = Fixtures.times(edge, "m", 2).ref();
        edge.registry().promote(first, "first release");
        edge.registry().lifecycle().validate(second);
        endpoint = edge.serve("m", s -> s.recorded().noDeadline());
    }

    private EdgeAI instance() {
        EdgeAI made = EdgeAI.builder()
                .home(dir)
                .clock(time)
                .ticker(this::nanos)
                .engines(Engines.of(engine))
                .monitoring(m -> m.manualTicks())
                .build();
        made.events().subscribe(AlertRaised.class, alerts::add);
        return made;
    }

    /** The ticker. An endpoint looks at it as soon as requests are dealt by another split; its thread may have to wait here. */
    private long nanos() {
        CountDownLatch gate = mayGoOn;
        if (gate.getCount() > 0
                && Thread.currentThread().getName().startsWith("edgeai-follow-")
                && endpoint.split().arms().size() > 1) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return time.nanos();
    }

    @AfterEach
    void close() {
        mayGoOn.countDown();
        edge.close();
    }

    private EdgeModelRegistry registry() {
        return edge.registry();
    }

    private RolloutStatus status() {
        return RolloutStatus.of(registry(), "m");
    }

    private Stage stage(VersionRef version) {
        return registry().get(version).stage();
    }

    /** Waits until the endpoint deals as the registry says. */
    private void awaitShares(double... shares) {
        patiently().until(() -> {
            List<TrafficSplit.Arm> arms = endpoint.split().arms();
            double sum = arms.stream().mapToDouble(TrafficSplit.Arm::weight).sum();
            return arms.size() == shares.length
                    && IntStream.range(0, shares.length)
                            .allMatch(i -> arms.get(i).weight() / sum == shares[i]);
        });
    }

    private void ask(int requests) {
        for (int i = 0; i < requests; i++) {
            try {
                endpoint.predict(new float[] {1, 1});
            } catch (InferenceException e) {
                assertThat(e).hasMessageContaining("failed");
            }
        }
    }

    @Test
    void theCanaryGetsTheShareThatIsRecordedUntilItIsPromoted() {
        registry().lifecycle().canary(second, 20, "a few first");
        awaitShares(0.8, 0.2);
        ask(1000);
        assertThat(endpoint.answered().get(second)).as("of 1000, ± 5 σ").isBetween(137L, 263L);
        registry().lifecycle().canary(second, 50, "more");
        awaitShares(0.5, 0.5);
        patiently().until(() -> status().evidence().isPresent());
        assertThat(status().percent()).isEqualTo(50);
        assertThat(status().canary()).contains(second);
        assertThat(status().active()).contains(first);
        registry().promote(second, "well done");
        awaitShares(1.0);
        assertThat(endpoint.predict(new float[] {1, 1})).containsExactly(2, 2);
        assertThat(alerts).isEmpty();
    }

    @Test
    void oneThatFailsIsTakenBackInTheRegistryAtOnce() {
        registry().lifecycle().canary(second, 50, "a few first");
        awaitShares(0.5, 0.5);
        failing[2] = 0.5;
        ask(300);
        assertThat(stage(second)).isEqualTo(Stage.ROLLED_BACK);
        assertThat(endpoint.predict(new float[] {1, 1})).containsExactly(1, 1);
        assertThat(alerts).singleElement().satisfies(alert -> assertThat(alert.version())
                .isEqualTo(second));
        patiently().until(() -> status().evidence()
                .filter(report -> report.status() == CanaryStatus.ROLLED_BACK)
                .isPresent());
        assertThat(status().evidenceOf()).contains(second);
        assertThat(status().canary()).isEmpty();
        assertThat(status().lastRollback().orElseThrow().detail())
                .contains("where the version before failed (0) times");
    }

    @Test
    void anEnvironmentIsFollowedByItselfAndLeavesTheOthersAlone() {
        Lifecycle lab = registry().lifecycle().in("lab");
        lab.promote(first, "to try");
        ModelEndpoint there =
                edge.serve("m", s -> s.recorded().environment("lab").noDeadline());
        lab.canary(second, 50, "a few first");
        patiently().until(() -> there.split().arms().size() == 2);
        assertThat(endpoint.split().arms())
                .as("the default environment has no canary")
                .hasSize(1);
        failing[2] = 0.5;
        for (int i = 0; i < 300; i++) {
            try {
                there.predict(new float[] {1, 1});
            } catch (InferenceException e) {
                assertThat(e).hasMessageContaining("failed");
            }
        }
        assertThat(there.split().arms()).hasSize(1);
        assertThat(registry().deployed("m", "lab"))
                .hasEntrySatisfying(second, here -> assertThat(here.stage()).isEqualTo(Stage.ROLLED_BACK));
        assertThat(stage(second)).as("in the default environment").isEqualTo(Stage.VALIDATED);
        patiently()
                .until(() ->
                        RolloutStatus.of(registry(), "m", "lab").evidenceOf().isPresent());
        RolloutStatus said = RolloutStatus.of(registry(), "m", "lab");
        assertThat(said.environment()).isEqualTo("lab");
        assertThat(said.evidenceOf()).contains(second);
        assertThat(said.lastRollback().orElseThrow().environment()).isEqualTo("lab");
        assertThat(status().evidenceOf()).isEmpty();
        assertThat(status().lastRollback()).isEmpty();

        lab.shadow(second, "once more");
        patiently().until(() -> there.shadowReport().isPresent());
        assertThat(endpoint.shadowReport()).isEmpty();
        registry().lifecycle().canary(second, 20, "a few first");
        awaitShares(0.8, 0.2);
        assertThat(there.split().arms()).hasSize(1);
    }

    /** Regression: what a canary answered did not count before whoever dealt requests to it had done the rest of his work. */
    @Test
    void whatACanaryAnswersCountsFromItsFirstRequest() {
        mayGoOn = new CountDownLatch(1);
        registry().lifecycle().canary(second, 50, "a few first");
        awaitShares(0.5, 0.5);
        ask(100);
        mayGoOn.countDown();
        patiently().until(() -> status().evidence().isPresent());
        assertThat(status().evidence().orElseThrow().requests())
                .isEqualTo(endpoint.answered().get(second))
                .isPositive();
    }

    /** Regression: requests went on to the canary until the disk had synced its rollback. */
    @Test
    void requestsTurnBeforeTheRollbackIsWritten() {
        registry().lifecycle().canary(second, 50, "a few first");
        awaitShares(0.5, 0.5);
        List<Integer> armsWhenWritten = new CopyOnWriteArrayList<>();
        edge.events()
                .subscribe(
                        StageChanged.class,
                        event -> armsWhenWritten.add(endpoint.split().arms().size()));
        failing[2] = 1;
        ask(100);
        assertThat(armsWhenWritten).containsExactly(1);
    }

    @Test
    void oneThatIsMuchSlowerIsTakenBack() {
        registry().lifecycle().canary(second, 50, "a few first");
        awaitShares(0.5, 0.5);
        millis[2] = 3;
        ask(800);
        patiently().until(() -> stage(second) == Stage.ROLLED_BACK);
        awaitShares(1.0);
        assertThat(status().lastRollback().orElseThrow().detail()).contains("is slower than 1.5 times");
    }

    @Test
    void whoMakesItTheCanaryAgainBeginsAnew() {
        oneThatFailsIsTakenBackInTheRegistryAtOnce();
        failing[2] = 0;
        registry().lifecycle().canary(second, 50, "repaired what it calls");
        awaitShares(0.5, 0.5);
        ask(200);
        assertThat(stage(second)).isEqualTo(Stage.CANARY);
        patiently().until(() -> status().evidence()
                .filter(report -> report.status() == CanaryStatus.RUNNING && report.errors() == 0)
                .isPresent());
        assertThat(endpoint.split().arms()).hasSize(2);
    }

    @Test
    void evidenceGoesOnAfterARestart() {
        registry().lifecycle().canary(second, 50, "a few first");
        awaitShares(0.5, 0.5);
        ask(120);
        endpoint.close();
        edge.close();
        edge = instance();
        long before = status().evidence().orElseThrow().requests();
        assertThat(before).isBetween(20L, 100L);
        endpoint = edge.serve("m", s -> s.recorded().noDeadline());
        assertThat(endpoint.split().arms()).as("from the first request on").hasSize(2);
        ask(100);
        patiently().until(() -> status().evidence().orElseThrow().requests() >= before + 20);
        assertThat(stage(second)).isEqualTo(Stage.CANARY);
    }

    @Test
    void whatAnotherProcessTakesBackGetsNoMoreRequests() {
        registry().lifecycle().canary(second, 20, "a few first");
        awaitShares(0.8, 0.2);
        try (EdgeModelRegistry elsewhere = EdgeModelRegistry.open(dir)) {
            elsewhere.lifecycle().rollbackCanary(second, "misses scratches");
        }
        awaitShares(1.0);
        assertThat(endpoint.split().arms().get(0).version()).isEqualTo(first);
    }

    @Test
    void theShadowThatIsRecordedSeesCopiesUntilItIsWithdrawn() {
        registry().lifecycle().shadow(second, "look first");
        patiently().until(() -> endpoint.shadowReport().isPresent());
        assertThat(endpoint.shadowReport().orElseThrow().version()).isEqualTo(second);
        assertThat(status().shadows()).containsExactly(second);
        patiently().until(() -> status().shadow().startsWith("m@2 in the shadow"));
        registry().lifecycle().withdraw(second, "seen enough");
        patiently().until(() -> endpoint.shadowReport().isEmpty());
        assertThat(status().shadows()).isEmpty();
    }

    @Test
    void aCanaryThatCannotBeOpenedIsTakenBackAndNobodyNotices() throws IOException {
        ModelVersion third = Fixtures.times(edge, "m", 3);
        registry().lifecycle().validate(third.ref());
        Files.write(registry().file(third.ref()), new byte[] {1});
        registry().lifecycle().canary(third.ref(), 20, "damaged");
        patiently().until(() -> stage(third.ref()) == Stage.ROLLED_BACK);
        assertThat(status().lastRollback().orElseThrow().detail()).contains("cannot be served", "m@3");
        assertThat(endpoint.predict(new float[] {1, 1})).containsExactly(1, 1);
    }

    @Test
    void whatTheRegistryRecordsAndWhatIsGivenHereExcludeEachOther() {
        assertThatThrownBy(() -> edge.serve("m", s -> s.recorded().split(first, 1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("takes them from the registry. Maybe");
        assertThatThrownBy(() -> edge.serve("m", s -> s.recorded().experiment()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("several of");
        assertThatThrownBy(() -> edge.serve("m", s -> s.recorded(p -> p, 0)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(0.0)");
    }
}
