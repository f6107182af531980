package io.edgeai;

import static io.edgeai.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.error.InferenceException;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.rollout.CanaryStatus;
import io.edgeai.core.rollout.ShadowReport;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.serving.ModelEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Processes that serve one canary together, wherever their registry is kept; version n answers n·x, and the second may fail. */
abstract class SharedCanaries {
    private final FakeTime time = new FakeTime();
    private final List<EdgeAI> nodes = new ArrayList<>();
    private volatile boolean failing;
    private VersionRef first;
    private VersionRef second;

    /** The builder of a further node of the one registry of a test. */
    abstract EdgeAI.Builder node();

    private EdgeAI start() {
        Slowed engine = new Slowed(time, answer -> {
            if (failing && Math.round(answer[0]) == 2) {
                throw new InferenceException("version 2 failed");
            }
            return 1_000_000;
        });
        EdgeAI edge = node().clock(time)
                .ticker(time)
                .engines(Engines.of(engine))
                .placeNatives(false)
                .monitoring(m -> m.manualTicks())
                .build();
        nodes.add(edge);
        return edge;
    }

    @BeforeEach
    void begin() {
        EdgeAI edge = start();
        first = Fixtures.times(edge, "m", 1).ref();
        second = Fixtures.times(edge, "m", 2).ref();
        edge.registry().promote(first, "first release");
        edge.registry().lifecycle().validate(second);
    }

    @AfterEach
    void end() {
        nodes.forEach(EdgeAI::close);
    }

    private EdgeModelRegistry registry() {
        return nodes.get(0).registry();
    }

    private RolloutStatus status() {
        return RolloutStatus.of(registry(), "m");
    }

    private static ModelEndpoint serve(EdgeAI edge, Consumer<Serving> how) {
        patiently().until(() -> edge.registry().findActive("m").isPresent());
        return edge.serve("m", s -> how.accept(s.noDeadline()));
    }

    private static void awaitArms(ModelEndpoint endpoint, int arms) {
        patiently().until(() -> endpoint.split().arms().size() == arms);
    }

    /** Asks until the version has answered or failed so often. */
    private int ask(ModelEndpoint endpoint, int answersOfSecond) {
        int failed = 0;
        int asked = 0;
        while (endpoint.answered().getOrDefault(second, 0L) + failed < answersOfSecond && asked++ < 100_000) {
            try {
                float[] unused = endpoint.predict(new float[] {1, 1});
            } catch (InferenceException e) {
                failed++;
            }
        }
        return failed;
    }

    @Test
    void theEvidenceOfAllCountsOnceAndOutlivesThem() {
        EdgeAI other = start();
        ModelEndpoint here = serve(nodes.get(0), Serving::recorded);
        ModelEndpoint there = serve(other, Serving::recorded);
        registry().lifecycle().canary(second, 50, "half");
        awaitArms(here, 2);
        awaitArms(there, 2);
        ask(here, 30);
        ask(there, 20);
        patiently().until(() -> status().evidence()
                .map(report -> report.requests() == 50)
                .orElse(false));
        assertThat(status().processes()).isEqualTo(2);

        EdgeAI third = start(); // the others live, so it takes a place of its own
        ModelEndpoint fresh = serve(third, Serving::recorded);
        awaitArms(fresh, 2);
        ask(fresh, 5);
        patiently().until(() -> status().evidence().orElseThrow().requests() == 55);
        assertThat(status().processes()).isEqualTo(3);

        other.close();
        nodes.remove(other);
        assertThat(status().evidence().orElseThrow().requests()).isEqualTo(55);
    }

    @Test
    void whatTwoSeeTogetherTakesTheCanaryBackForAll() {
        EdgeAI other = start();
        ModelEndpoint here = serve(nodes.get(0), Serving::recorded);
        ModelEndpoint there = serve(other, Serving::recorded);
        registry().lifecycle().canary(second, 50, "half");
        awaitArms(here, 2);
        awaitArms(there, 2);
        failing = true;
        // At a share of one half each failure is worth less than two; one endpoint needs some ten of them.
        int errors = ask(here, 4);
        patiently().until(() -> status().evidence()
                .map(report -> report.errors() == errors)
                .orElse(false));
        ask(there, 40);
        awaitArms(there, 1);
        awaitArms(here, 1);
        assertThat(status().canary()).isEmpty();
        assertThat(status().evidence().orElseThrow().status()).isEqualTo(CanaryStatus.ROLLED_BACK);
        assertThat(status().evidence().orElseThrow().reason()).contains("failed (");
        failing = false;
        registry().lifecycle().canary(second, 50, "once more");
        awaitArms(here, 2);
        awaitArms(there, 2);
        ask(here, 3);
        patiently().until(() -> status().evidence().orElseThrow().requests() == 3);
        assertThat(status().evidence().orElseThrow().errors()).as("begun anew").isZero();
    }

    @Test
    void aCanaryWithAPlanIsPromotedByAllTogether() {
        Consumer<Serving> plan = s -> s.canary(
                registry().get(second),
                p -> p.steps(0.5).requests(60).time(Duration.ofSeconds(1)).slower(9));
        EdgeAI other = start();
        ModelEndpoint here = serve(nodes.get(0), plan);
        ModelEndpoint there = serve(other, plan);
        ask(here, 35);
        ask(there, 35);
        time.advance(Duration.ofSeconds(2));
        awaitArms(here, 1);
        awaitArms(there, 1);
        assertThat(registry().active("m").ref()).isEqualTo(second);
        assertThat(there.predict(new float[] {1, 1})).containsExactly(2, 2);
        assertThat(here.predict(new float[] {1, 1})).containsExactly(2, 2);
    }

    @Test
    void whatAShadowHasShownOutlivesItsProcessAndCountsWithOthers() {
        EdgeAI other = start();
        ModelEndpoint here = serve(nodes.get(0), Serving::recorded);
        ModelEndpoint there = serve(other, s -> s.recorded(guard -> guard, 1));
        registry().lifecycle().shadow(second, "look");
        patiently()
                .until(() ->
                        here.shadowReport().isPresent() && there.shadowReport().isPresent());
        for (int i = 0; i < 40; i++) {
            float[] unused = there.predict(new float[] {1, 0});
        }
        patiently().until(() -> there.shadowReport().map(ShadowReport::compared).orElse(0L) == 40);
        patiently().until(() -> status().shadow().contains("40 compared"));
        other.close();
        nodes.remove(other);
        EdgeAI again = start();
        ModelEndpoint resumed = serve(again, s -> s.recorded(guard -> guard, 1));
        patiently().until(() -> resumed.shadowReport().isPresent());
        for (int i = 0; i < 10; i++) {
            float[] unused = resumed.predict(new float[] {1, 0});
        }
        patiently().until(() -> status().shadow().contains("50 compared"));
        assertThat(registry().get(second).stage()).isEqualTo(Stage.SHADOW);
    }
}
