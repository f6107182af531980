package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.Stage;
import io.edgeai.core.rollout.CanaryPlan;
import io.edgeai.core.rollout.CanaryStatus;
import io.edgeai.core.rollout.ShadowReport;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.serving.Answer;
import io.edgeai.core.serving.ModelEndpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Version n answers n·x, takes {@code millis[n]} by a fake clock, and fails as often as the test says. */
class ServedCanaryTest {
    @TempDir
    Path dir;

    private final FakeTime time = new FakeTime();
    private final SplittableRandom random = new SplittableRandom(1);
    private final double[] failing = new double[4];
    private final long[] millis = {0, 1, 1, 1};
    private final Slowed engine = new Slowed(time, answer -> {
        int version = Math.round(answer[0]);
        if (random.nextDouble() < failing[version]) {
            throw new InferenceException("version " + version + " failed");
        }
        return 1_000_000L * millis[version] + random.nextInt(1000);
    });
    private final List<AlertRaised> alerts = new ArrayList<>();
    private EdgeAI edge;
    private ModelVersion first;
    private ModelVersion second;

    @BeforeEach
    void open() {
        edge = instance();
        first = Fixtures.times(edge, "m", 1);
        second = Fixtures.times(edge, "m", 2);
        edge.registry().promote(first.ref(), "first release");
    }

    private EdgeAI instance() {
        EdgeAI made = EdgeAI.builder()
                .home(dir)
                .clock(time)
                .ticker(time)
                .engines(Engines.of(engine))
                .monitoring(m -> m.manualTicks())
                .build();
        made.events().subscribe(AlertRaised.class, alerts::add);
        return made;
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private ModelEndpoint canary() {
        return edge.serve("m", s -> s.canary(second, ServedCanaryTest::plan).noDeadline());
    }

    private static CanaryPlan plan(CanaryPlan plan) {
        return plan.steps(0.2, 0.5).requests(50).time(Duration.ofSeconds(1));
    }

    private static void ask(ModelEndpoint endpoint, int requests) {
        for (int i = 0; i < requests; i++) {
            try {
                endpoint.predict(new float[] {1, 1});
            } catch (InferenceException e) {
                assertThat(e).hasMessageContaining("failed");
            }
        }
    }

    private double share() {
        return edge.canary("m").report().share();
    }

    @Test
    void aGoodVersionGoesThroughTheStepsAndBecomesTheActiveOne() {
        ModelEndpoint endpoint = canary();
        assertThat(edge.registry().get(second.ref()).stage()).isEqualTo(Stage.CANARY);
        ask(endpoint, 1000);
        assertThat(endpoint.answered().get(second.ref())).isBetween(130L, 270L);
        time.advance(Duration.ofSeconds(1));
        await().until(() -> share() == 0.5);
        ask(endpoint, 400);
        time.advance(Duration.ofSeconds(1));
        await().until(() -> edge.registry().active("m").ref().equals(second.ref()));
        assertThat(endpoint.predict(new float[] {1, 1})).containsExactly(2, 2);
        assertThat(edge.canary("m").report().status()).isEqualTo(CanaryStatus.PASSED);
        assertThat(alerts).isEmpty();
        endpoint.close();
        assertThat(canary().predict(new float[] {1, 1}))
                .as("it answers everything")
                .containsExactly(2, 2);
    }

    @Test
    void oneThatFailsLosesItsRequestsAtOnceAndGetsNoSecondChanceByARestart() {
        failing[2] = 0.5;
        ModelEndpoint endpoint = canary();
        ask(endpoint, 300);
        assertThat(endpoint.split().arms()).hasSize(1);
        assertThat(edge.registry().get(second.ref()).stage()).isEqualTo(Stage.ROLLED_BACK);
        assertThat(endpoint.predict(new float[] {1, 1})).containsExactly(1, 1);
        assertThat(alerts).singleElement().satisfies(alert -> {
            assertThat(alert.version()).isEqualTo(second.ref());
            assertThat(alert.signal()).isEqualTo(SignalKind.ERRORS);
            assertThat(alert.message()).contains("where the version before failed (0) times");
        });
        edge.close();
        edge = instance();
        failing[2] = 0;
        ModelEndpoint again = canary();
        assertThat(edge.canary("m").report().status()).isEqualTo(CanaryStatus.ROLLED_BACK);
        ask(again, 100);
        assertThat(again.answered()).containsOnlyKeys(first.ref());
    }

    @Test
    void oneThatIsMuchSlowerIsTakenBack() {
        millis[2] = 3;
        ModelEndpoint endpoint = canary();
        ask(endpoint, 400);
        await().until(() -> edge.canary("m").report().status() == CanaryStatus.ROLLED_BACK);
        await().until(() -> endpoint.split().arms().size() == 1);
        assertThat(alerts).singleElement().satisfies(alert -> assertThat(alert.signal())
                .isEqualTo(SignalKind.LATENCY));
    }

    @Test
    void evidenceOutlivesTheInstance() {
        ask(canary(), 200);
        long seen = edge.canary("m").report().requests();
        edge.close();
        edge = instance();
        canary();
        assertThat(edge.canary("m").report().requests()).isEqualTo(seen).isPositive();
    }

    @Test
    void endsWhereSomethingElseIsPromoted() {
        ModelVersion third = Fixtures.times(edge, "m", 3);
        ModelEndpoint endpoint = canary();
        edge.registry().promote(third.ref(), "urgent");
        await().until(() -> edge.canary("m").report().status() == CanaryStatus.ENDED);
        assertThat(endpoint.predict(new float[] {1, 1})).containsExactly(3, 3);
        await().until(() -> edge.registry().get(second.ref()).stage() == Stage.ROLLED_BACK);
    }

    @Test
    void goingBackOpensNothingWhileTheVersionStandsBy() {
        ModelEndpoint endpoint = edge.serve("m");
        edge.registry().promote(second.ref(), "try it");
        assertThat(engine.open).hasValue(2);
        edge.registry().rollback("m", "no good");
        assertThat(endpoint.predict(new float[] {1, 1})).containsExactly(1, 1);
        assertThat(engine.open).hasValue(2);
        time.advance(Duration.ofMinutes(6));
        await().untilAsserted(() -> assertThat(engine.open).hasValue(1));
    }

    @Test
    void aShadowIsComparedAndNeverSeen() {
        ModelEndpoint endpoint = edge.serve("m", s -> s.shadow(second, 1));
        for (int i = 0; i < 20; i++) {
            assertThat(endpoint.predict(new float[] {1, 0.25f})).containsExactly(1, 0.25f);
        }
        await().until(() -> endpoint.shadowReport().orElseThrow().compared() == 20);
        ShadowReport report = endpoint.shadowReport().orElseThrow();
        assertThat(report.version()).isEqualTo(second.ref());
        assertThat(report.largestDifference()).isEqualTo(1);
        assertThat(report.meanDifference()).isEqualTo((1 + 0.25) / 2);
        assertThat(report.toString()).contains("20 compared, 0 failed");
    }

    @Test
    void aBanditGivesTheBetterVersionMostRequestsAndGoesOnFromItsRewards() {
        Consumer<Serving> bandit = s -> s.split(first, 1).split(second, 1).bandit(0.02, 50);
        ModelEndpoint endpoint = edge.serve("m", bandit);
        for (int unit = 0; unit < 2000; unit++) {
            Answer answer = endpoint.answer("unit-" + unit, new float[] {1, 1});
            double rate = answer.output()[0] == 2 ? 0.3 : 0.1;
            edge.bandit("m").reward(answer.version(), random.nextDouble() < rate ? 1 : 0);
        }
        assertThat(edge.bandit("m").shares().get(second.ref())).isGreaterThan(0.95);
        assertThat(endpoint.answered().get(second.ref())).isGreaterThan(1400);
        edge.close();
        edge = instance();
        ModelEndpoint again = edge.serve("m", bandit);
        assertThat(edge.bandit("m").shares().get(second.ref())).isGreaterThan(0.95);
        assertThat(again.split().arms().get(1).weight()).isGreaterThan(0.95);
    }

    @Test
    void refusesWhatDoesNotGoTogether() {
        ModelVersion other = Fixtures.times(edge, "other", 1);
        assertThatThrownBy(() -> edge.serve("m", s -> s.canary(other))).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> edge.serve("m", s -> s.split(first, 1).bandit(0.02, 10)))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> edge.serve(
                        "m",
                        s -> s.split(first, 1).split(second, 1).experiment().bandit(0.02, 10)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe keep one");
        assertThatThrownBy(() ->
                        edge.serve("m", s -> s.split(first, 1).split(second, 1).canary(second)))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> edge.canary("m"))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("canary(v2)");
        ModelEndpoint endpoint =
                edge.serve("m", s -> s.split(first, 1).split(second, 1).bandit(0.02, 10));
        assertThat(endpoint.split().arms()).hasSize(2);
        assertThatThrownBy(() -> edge.bandit("m").reward(other.ref(), 1)).isInstanceOf(InvalidInputException.class);
    }
}
