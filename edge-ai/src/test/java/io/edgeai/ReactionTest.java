package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.AuditAction;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.monitor.health.HealthPart;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults by a fake clock: a window of 10 s holds {@link #CALLS} requests; version n answers n and takes what it is told. */
class ReactionTest {
    private static final int CALLS = 100;
    private static final int LEARN = 150;
    private static final int FAULT = 40;

    @TempDir
    Path dir;

    private final FakeTime time = new FakeTime();
    private final Random random = new Random(1);
    private final Map<Integer, Double> medianMillis = new ConcurrentHashMap<>();
    private final Slowed engine = new Slowed(time, answer -> nanos(Math.round(answer[0] / answer[1])));
    private final List<AlertRaised> alerts = new ArrayList<>();
    private EdgeAI edge;
    private int asked;

    private long nanos(int version) {
        return (long) (1e6 * medianMillis.getOrDefault(version, 1.0) * Math.exp(0.2 * random.nextGaussian()));
    }

    @BeforeEach
    void open() {
        edge = EdgeAI.builder()
                .home(dir)
                .clock(time)
                .ticker(time)
                .engines(Engines.of(engine))
                .serving(s -> s.noDeadline().endpoint(e -> e.sampleEvery(1))) // nothing is left to chance
                .monitoring(m -> m.manualTicks()
                        .signals(EnumSet.of(
                                SignalKind.LATENCY, SignalKind.ERRORS, SignalKind.DATA_DRIFT, SignalKind.ACCURACY)))
                .build();
        edge.events().subscribe(AlertRaised.class, alerts::add);
    }

    @AfterEach
    void close() {
        edge.close();
    }

    /** A model whose answer tells its number: y0 = n·x0, y1 = x1, asked with x1 = x0. */
    private ModelVersion version(int n) {
        var graph = io.edgeai.core.onnx.OnnxReader.read(Fixtures.times(1));
        graph.initializers().put("f", io.edgeai.core.onnx.OnnxTensor.ofFloats(new float[] {n, 1}, 2));
        return edge.registry().register("m", io.edgeai.core.onnx.OnnxWriter.toBytes(graph), registration -> {});
    }

    private void windows(ModelEndpoint endpoint, int count) {
        for (int w = 0; w < count; w++) {
            Duration before = Duration.ofNanos(time.nanos());
            for (int i = 0; i < CALLS; i++) {
                float x = 1 + random.nextFloat();
                endpoint.predict("unit-" + asked++, new float[] {x, x});
            }
            Duration spent = Duration.ofNanos(time.nanos()).minus(before);
            Duration rest = Duration.ofSeconds(10).minus(spent);
            time.advance(rest.isNegative() ? Duration.ZERO : rest);
            edge.monitor().tick();
        }
    }

    private static List<VersionRef> arms(ModelEndpoint endpoint) {
        return endpoint.split().arms().stream().map(TrafficSplit.Arm::version).toList();
    }

    private HealthPart part(VersionRef version, SignalKind signal) {
        return edge.monitor().health(version).parts().stream()
                .filter(part -> part.signal() == signal)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aSlowVersionLosesItsShareOfTheSplit() {
        ModelVersion one = version(1);
        ModelVersion two = version(2);
        ModelEndpoint endpoint = edge.serve(
                "m", s -> s.split(one, 1).split(two, 1).standby(Duration.ZERO).rollbackOn(SignalKind.LATENCY));
        windows(endpoint, LEARN);
        assertThat(alerts).isEmpty();
        assertThat(arms(endpoint)).containsExactly(one.ref(), two.ref());

        medianMillis.put(2, 5.0);
        windows(endpoint, FAULT);

        assertThat(alerts).isNotEmpty().allSatisfy(alert -> {
            assertThat(alert.version()).isEqualTo(two.ref());
            assertThat(alert.signal()).isEqualTo(SignalKind.LATENCY);
        });
        assertThat(arms(endpoint)).containsExactly(one.ref());
        assertThat(engine.open).as("its session is closed").hasValue(1);
        assertThat(edge.registry().get(two.ref()).stage()).isEqualTo(Stage.VALIDATED);
    }

    /** Regression: what kept the whole machine busy cost one of two healthy versions its share. */
    @Test
    void aBusyMachineCostsNoVersionItsShareUntilOneIsSlowByItself() {
        ModelVersion one = version(1);
        ModelVersion two = version(2);
        ModelEndpoint endpoint =
                edge.serve("m", s -> s.split(one, 1).split(two, 1).rollbackOn(SignalKind.LATENCY));
        windows(endpoint, LEARN);
        medianMillis.putAll(Map.of(1, 3.0, 2, 3.5));
        windows(endpoint, FAULT);
        assertThat(alerts)
                .extracting(AlertRaised::version)
                .as("both are told of")
                .containsExactlyInAnyOrder(one.ref(), two.ref());
        assertThat(alerts).anySatisfy(alert -> assertThat(alert.message()).contains("maybe the machine is busy"));
        assertThat(arms(endpoint)).containsExactly(one.ref(), two.ref());

        medianMillis.put(1, 1.0);
        windows(endpoint, 2);
        Patience.patiently() // it is looked at every half second
                .untilAsserted(() -> assertThat(arms(endpoint)).containsExactly(one.ref()));
        assertThat(alerts).as("the same incident").hasSize(2);
    }

    @Test
    void whereTheActiveVersionIsFollowedTheRegistryIsRolledBack() {
        ModelVersion one = version(1);
        ModelVersion two = version(2);
        edge.registry().promote(one.ref(), "first");
        ModelEndpoint endpoint = edge.serve("m", s -> s.rollbackOn(SignalKind.LATENCY));
        edge.registry().promote(two.ref(), "second");
        windows(endpoint, LEARN);
        medianMillis.put(2, 5.0);
        windows(endpoint, FAULT);

        assertThat(alerts).hasSize(1);
        assertThat(edge.registry().active("m").ref()).isEqualTo(one.ref());
        assertThat(edge.registry().get(two.ref()).stage()).isEqualTo(Stage.ROLLED_BACK);
        assertThat(arms(endpoint)).containsExactly(one.ref());
        assertThat(endpoint.predict(new float[] {3, 3})).containsExactly(3, 3);
        assertThat(edge.registry().audit("m")).anySatisfy(entry -> {
            assertThat(entry.action()).isEqualTo(AuditAction.ROLLED_BACK);
            assertThat(entry.detail()).contains("alert on LATENCY").contains("latency rose");
        });
    }

    @Test
    void withoutAPredecessorTheVersionGoesOnAnswering() {
        ModelVersion one = version(1);
        edge.registry().promote(one.ref(), "first");
        ModelEndpoint endpoint = edge.serve("m", s -> s.rollbackOn(SignalKind.LATENCY));
        windows(endpoint, LEARN);
        medianMillis.put(1, 5.0);
        windows(endpoint, FAULT);
        assertThat(alerts).hasSize(1);
        assertThat(edge.registry().active("m").ref()).isEqualTo(one.ref());
        assertThat(arms(endpoint)).containsExactly(one.ref());
    }

    /** Regression: a superseded version that was active later was taken for a predecessor and made the reaction throw. */
    @Test
    void aVersionRolledBackToIsNotRolledForwardToTheOneItReplaced() {
        ModelVersion one = version(1);
        ModelVersion two = version(2);
        edge.registry().promote(one.ref(), "first");
        edge.registry().promote(two.ref(), "second");
        edge.registry().rollback("m", "two is bad");
        ModelEndpoint endpoint = edge.serve("m", s -> s.rollbackOn(SignalKind.ACCURACY));
        edge.events().publish(new AlertRaised(one.ref(), SignalKind.ACCURACY, 0.9, "Made by hand.", time.instant()));
        assertThat(edge.registry().active("m").ref()).isEqualTo(one.ref());
        assertThat(arms(endpoint)).containsExactly(one.ref());
    }

    @Test
    void alertsOnOtherSignalsVersionsAndModelsChangeNothing() {
        ModelVersion one = version(1);
        ModelVersion two = version(2);
        ModelEndpoint endpoint =
                edge.serve("m", s -> s.split(one, 1).split(two, 1).rollbackOn(SignalKind.LATENCY));
        for (AlertRaised alert : List.of(
                new AlertRaised(two.ref(), SignalKind.ERRORS, 1, "Another signal.", time.instant()),
                new AlertRaised(VersionRef.of("m", 9), SignalKind.LATENCY, 1, "Not served here.", time.instant()),
                new AlertRaised(VersionRef.of("n", 2), SignalKind.LATENCY, 1, "Another model.", time.instant()))) {
            edge.events().publish(alert);
            assertThat(arms(endpoint)).as(alert.message()).containsExactly(one.ref(), two.ref());
        }
    }

    @Test
    void theLastVersionOfASplitStaysWhateverIsWrongWithIt() {
        ModelVersion one = version(1);
        ModelVersion two = version(2);
        ModelVersion three = version(3);
        ModelEndpoint endpoint = edge.serve(
                "m",
                s -> s.split(one, 8).split(two, 1).split(three, 1).rollbackOn(SignalKind.LATENCY, SignalKind.ERRORS));
        edge.events().publish(new AlertRaised(one.ref(), SignalKind.LATENCY, 1, "Slow.", time.instant()));
        assertThat(endpoint.split().arms()).extracting(TrafficSplit.Arm::weight).containsExactly(1.0, 1.0);
        edge.events().publish(new AlertRaised(three.ref(), SignalKind.ERRORS, 1, "Fails.", time.instant()));
        edge.events().publish(new AlertRaised(two.ref(), SignalKind.LATENCY, 1, "Slow.", time.instant()));
        assertThat(arms(endpoint)).containsExactly(two.ref());
    }

    /** Regression: two alerts at once used to read the same split, so that a bad version came back. */
    @Test
    void alertsAtOnceFromManyThreadsTakeEachVersionOut() throws Exception {
        List<ModelVersion> versions = new ArrayList<>();
        for (int n = 1; n <= 6; n++) {
            versions.add(version(n));
        }
        ModelEndpoint endpoint = edge.serve("m", s -> {
            versions.forEach(v -> s.split(v, 1));
            s.rollbackOn(SignalKind.LATENCY);
        });
        List<Thread> threads = new ArrayList<>();
        for (ModelVersion bad : versions.subList(1, 6)) {
            Thread thread = new Thread(() ->
                    edge.events().publish(new AlertRaised(bad.ref(), SignalKind.LATENCY, 1, "Slow.", time.instant())));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(arms(endpoint)).containsExactly(versions.get(0).ref());
    }

    @Test
    void aClosedEndpointNoLongerReacts() {
        ModelVersion one = version(1);
        ModelVersion two = version(2);
        edge.registry().promote(one.ref(), "first");
        edge.registry().promote(two.ref(), "second");
        edge.serve("m", s -> s.rollbackOn(SignalKind.LATENCY)).close();
        edge.events().publish(new AlertRaised(two.ref(), SignalKind.LATENCY, 1, "Slow.", time.instant()));
        assertThat(edge.registry().active("m").ref()).isEqualTo(two.ref());
    }

    @Test
    void labelsThatArriveAndShowTooManyErrorsRollBack() {
        ModelVersion one = version(1);
        ModelVersion two = version(2);
        edge.registry().promote(one.ref(), "first");
        edge.registry().promote(two.ref(), "second");
        ModelEndpoint endpoint = edge.serve("m", s -> s.rollbackOn(SignalKind.ACCURACY));
        for (int batch = 0; batch < 200; batch++) {
            edge.monitor().accuracy(two.ref(), 95, 100);
        }
        assertThat(alerts).isEmpty();
        for (int batch = 0; batch < 30; batch++) {
            edge.monitor().accuracy(two.ref(), 60, 100);
        }
        assertThat(alerts).extracting(AlertRaised::signal).containsOnly(SignalKind.ACCURACY);
        assertThat(arms(endpoint)).containsExactly(one.ref());
    }

    @Test
    void changedInputsAreSeenInTheSamplesThatTheEndpointOffers() {
        ModelVersion one = version(1);
        edge.registry().promote(one.ref(), "first");
        ModelEndpoint endpoint = edge.serve("m");
        windows(endpoint, LEARN);
        assertThat(edge.monitor().drift(one.ref())).isPresent();
        assertThat(alerts).isEmpty();
        for (int w = 0; w < 130; w++) { // 21 minutes: drift is tested every ten
            for (int i = 0; i < CALLS; i++) {
                float x = 5 + random.nextFloat();
                endpoint.predict(new float[] {x, x});
            }
            time.advance(Duration.ofSeconds(10));
            edge.monitor().tick();
        }
        assertThat(alerts).extracting(AlertRaised::signal).contains(SignalKind.DATA_DRIFT);
    }

    @Test
    void healthIsFullThenFallsForItsReason() {
        ModelVersion one = version(1);
        edge.registry().promote(one.ref(), "first");
        ModelEndpoint endpoint = edge.serve("m");
        windows(endpoint, LEARN);
        assertThat(edge.monitor().health("m").score()).hasValue(100);
        assertThat(edge.monitor().windows(one.ref())).hasSize(LEARN).allSatisfy(window -> assertThat(window.count())
                .isEqualTo(CALLS));
        medianMillis.put(1, 5.0);
        windows(endpoint, FAULT);
        assertThat(edge.monitor().health("m").score().orElseThrow()).isLessThan(100);
        assertThat(part(one.ref(), SignalKind.LATENCY).reason()).contains("latency");
        assertThat(edge.monitor().health("m").topCause())
                .hasValueSatisfying(cause -> assertThat(cause.signal()).isEqualTo(SignalKind.LATENCY));
    }

    @Test
    void whatIsNotServedHasNoHealth() {
        version(1);
        assertThatThrownBy(() -> edge.monitor().health("m"))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("(m)");
        assertThat(edge.monitor().versions()).isEmpty();
        assertThat(Set.copyOf(edge.monitor().alerts())).isEmpty();
    }
}
