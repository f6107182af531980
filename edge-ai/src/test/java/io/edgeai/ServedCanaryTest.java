package io.edgeai;

import static io.edgeai.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.Stage;
import io.edgeai.core.rollout.CanaryPlan;
import io.edgeai.core.rollout.CanaryStatus;
import io.edgeai.core.rollout.ShadowReport;
import io.edgeai.core.serving.Answer;
import io.edgeai.core.serving.ModelEndpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServedCanaryTest {
    @TempDir
    Path dir;

    private final TroubledVersions versions = new TroubledVersions(1000, 0, 1, 1, 1);
    private EdgeAI edge;
    private ModelVersion first;
    private ModelVersion second;

    @BeforeEach
    void open() {
        edge = versions.open(dir);
        first = Fixtures.times(edge, "m", 1);
        second = Fixtures.times(edge, "m", 2);
        edge.registry().promote(first.ref(), "first release");
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
        versions.time.advance(Duration.ofSeconds(1));
        patiently().until(() -> share() == 0.5);
        ask(endpoint, 400);
        versions.time.advance(Duration.ofSeconds(1));
        patiently().until(() -> edge.registry().active("m").ref().equals(second.ref()));
        assertThat(endpoint.predict(new float[] {1, 1})).containsExactly(2, 2);
        assertThat(edge.canary("m").report().status()).isEqualTo(CanaryStatus.PASSED);
        assertThat(versions.alerts).isEmpty();
        endpoint.close();
        assertThat(canary().predict(new float[] {1, 1}))
                .as("it answers everything")
                .containsExactly(2, 2);
    }

    @Test
    void oneThatFailsLosesItsRequestsAtOnceAndGetsNoSecondChanceByARestart() {
        versions.failing[2] = 0.5;
        ModelEndpoint endpoint = canary();
        ask(endpoint, 300);
        assertThat(endpoint.split().arms()).hasSize(1);
        assertThat(edge.registry().get(second.ref()).stage()).isEqualTo(Stage.ROLLED_BACK);
        assertThat(endpoint.predict(new float[] {1, 1})).containsExactly(1, 1);
        assertThat(versions.alerts).singleElement().satisfies(alert -> {
            assertThat(alert.version()).isEqualTo(second.ref());
            assertThat(alert.signal()).isEqualTo(SignalKind.ERRORS);
            assertThat(alert.message()).contains("where the version before failed (0) times");
        });
        edge.close();
        edge = versions.open(dir);
        versions.failing[2] = 0;
        ModelEndpoint again = canary();
        assertThat(edge.canary("m").report().status()).isEqualTo(CanaryStatus.ROLLED_BACK);
        ask(again, 100);
        assertThat(again.answered()).containsOnlyKeys(first.ref());
    }

    @Test
    void oneThatWasTakenBackNeverGetsItsNextShare() {
        ModelEndpoint endpoint = canary();
        ask(endpoint, 1000); // enough for its next share, but for the time
        versions.failing[2] = 1;
        ask(endpoint, 100);
        assertThat(endpoint.split().arms()).hasSize(1);
        versions.failing[2] = 0;
        for (int i = 0; i < 5; i++) {
            versions.time.advance(Duration.ofSeconds(2));
            edge.canary("m").act();
            ask(endpoint, 20);
            assertThat(endpoint.split().arms()).singleElement().satisfies(arm -> assertThat(arm.version())
                    .isEqualTo(first.ref()));
        }
        assertThat(share()).isZero();
        assertThat(edge.registry().get(second.ref()).stage()).isEqualTo(Stage.ROLLED_BACK);
        assertThat(versions.alerts).hasSize(1);
    }

    @Test
    void oneThatIsMuchSlowerIsTakenBack() {
        versions.millis[2] = 3;
        ModelEndpoint endpoint = canary();
        ask(endpoint, 400);
        patiently().until(() -> edge.canary("m").report().status() == CanaryStatus.ROLLED_BACK);
        patiently().until(() -> !versions.alerts.isEmpty()); // raised once all the rest is done
        assertThat(endpoint.split().arms()).hasSize(1);
        assertThat(versions.alerts).singleElement().satisfies(alert -> assertThat(alert.signal())
                .isEqualTo(SignalKind.LATENCY));
    }

    /** Regression: where a request and the clock found a canary bad at once, both raised an alert. */
    @Test
    void ofTwoThatTakeItBackOneRaisesTheAlert() {
        ModelEndpoint endpoint = canary();
        Traffic traffic = edge.canary("m").traffic();
        traffic.reject(second.ref(), SignalKind.ERRORS, "failed");
        traffic.reject(second.ref(), SignalKind.LATENCY, "is slower");
        assertThat(versions.alerts).singleElement().satisfies(alert -> assertThat(alert.signal())
                .isEqualTo(SignalKind.ERRORS));
        assertThat(endpoint.split().arms()).hasSize(1);
    }

    @Test
    void evidenceOutlivesTheInstance() {
        ask(canary(), 200);
        long seen = edge.canary("m").report().requests();
        edge.close();
        edge = versions.open(dir);
        canary();
        assertThat(edge.canary("m").report().requests()).isEqualTo(seen).isPositive();
    }

    @Test
    void endsWhereSomethingElseIsPromoted() {
        ModelVersion third = Fixtures.times(edge, "m", 3);
        ModelEndpoint endpoint = canary();
        edge.registry().promote(third.ref(), "urgent");
        patiently().until(() -> edge.canary("m").report().status() == CanaryStatus.ENDED);
        assertThat(endpoint.predict(new float[] {1, 1})).containsExactly(3, 3);
        patiently().until(() -> edge.registry().get(second.ref()).stage() == Stage.ROLLED_BACK);
    }

    @Test
    void goingBackOpensNothingWhileTheVersionStandsBy() {
        ModelEndpoint endpoint = edge.serve("m");
        edge.registry().promote(second.ref(), "try it");
        assertThat(versions.engine.open).hasValue(2);
        edge.registry().rollback("m", "no good");
        assertThat(endpoint.predict(new float[] {1, 1})).containsExactly(1, 1);
        assertThat(versions.engine.open).hasValue(2);
        versions.time.advance(Duration.ofMinutes(6));
        patiently().untilAsserted(() -> assertThat(versions.engine.open).hasValue(1));
    }

    @Test
    void aShadowIsComparedAndNeverSeen() {
        ModelEndpoint endpoint = edge.serve("m", s -> s.shadow(second, 1));
        for (int i = 0; i < 20; i++) {
            assertThat(endpoint.predict(new float[] {1, 0.25f})).containsExactly(1, 0.25f);
        }
        patiently().until(() -> endpoint.shadowReport().orElseThrow().compared() == 20);
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
            edge.bandit("m").reward(answer.version(), versions.random.nextDouble() < rate ? 1 : 0);
        }
        assertThat(edge.bandit("m").shares().get(second.ref())).isGreaterThan(0.95);
        assertThat(endpoint.answered().get(second.ref())).isGreaterThan(1400);
        edge.close();
        edge = versions.open(dir);
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
