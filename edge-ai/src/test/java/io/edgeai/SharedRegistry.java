package io.edgeai;

import static io.edgeai.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.event.StageChanged;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.serving.ModelEndpoint;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What nodes that share a registry see of each other, wherever it is kept. */
abstract class SharedRegistry {
    private EdgeAI serving;
    private EdgeAI other;
    private ModelVersion one;
    private ModelVersion two;

    /** A further node of the one registry of a test. */
    abstract EdgeAI node();

    @BeforeEach
    void begin() {
        serving = node();
        other = node();
        one = Fixtures.times(other, "m", 1);
        two = Fixtures.times(other, "m", 2);
        other.registry().promote(one.ref(), "first");
    }

    @AfterEach
    void end() {
        serving.close();
        other.close();
    }

    private static float answer(ModelEndpoint endpoint) {
        return endpoint.predict(new float[] {1, 0})[0];
    }

    private static List<VersionRef> arms(ModelEndpoint endpoint) {
        return endpoint.split().arms().stream().map(TrafficSplit.Arm::version).toList();
    }

    private ModelEndpoint serve() {
        patiently().until(() -> serving.registry().findActive("m").isPresent());
        return serving.serve("m");
    }

    @Test
    void promotionsAndRollbacksElsewhereMoveTheRequests() {
        ModelEndpoint endpoint = serve();
        assertThat(answer(endpoint)).isEqualTo(1);
        other.registry().promote(two.ref(), "second");
        patiently().until(() -> answer(endpoint) == 2);
        other.registry().rollback("m", "repent");
        patiently().until(() -> answer(endpoint) == 1);
    }

    @Test
    void aQuarantineElsewhereTakesTheVersionOutOfASplit() {
        ModelEndpoint split = serving.serve("m", s -> s.split(one, 1).split(two, 1));
        assertThat(arms(split)).containsExactly(one.ref(), two.ref());
        other.registry().lifecycle().quarantine(two.ref(), "stolen");
        patiently().until(() -> arms(split).equals(List.of(one.ref())));
        assertThat(answer(split)).isEqualTo(1);
    }

    @Test
    void aQuarantineElsewhereClosesAnEndpointThatIsPinnedToTheVersion() {
        ModelEndpoint pinned = serving.serve("m", s -> s.split(two, 1));
        assertThat(answer(pinned)).isEqualTo(2);
        other.registry().lifecycle().quarantine(two.ref(), "stolen");
        patiently().until(pinned::closed);
        assertThatThrownBy(() -> answer(pinned)).isInstanceOf(LifecycleException.class);
    }

    @Test
    void whatIsDoneElsewhereIsHeardWithItsEnvironment() {
        List<StageChanged> heard = new CopyOnWriteArrayList<>();
        serve();
        serving.events().subscribe(StageChanged.class, event -> {
            if (!event.environment().equals(EdgeModelRegistry.DEFAULT_ENVIRONMENT)) { // what was before may still come
                heard.add(event);
            }
        });
        other.registry().lifecycle().in("lab").promote(one.ref(), "try");
        patiently().until(() -> !heard.isEmpty());
        assertThat(heard).singleElement().satisfies(event -> {
            assertThat(event.version()).isEqualTo(one.ref());
            assertThat(event.environment()).isEqualTo("lab");
            assertThat(event.to()).isEqualTo(Stage.ACTIVE);
        });
    }

    @Test
    void anEndpointOfAnEnvironmentFollowsThatOne() {
        other.registry().lifecycle().in("lab").promote(two.ref(), "try");
        patiently().until(() -> serving.registry().findActive("m", "lab").isPresent());
        ModelEndpoint lab = serving.serve("m", s -> s.environment("lab"));
        ModelEndpoint byDefault = serve();
        assertThat(List.of(answer(lab), answer(byDefault))).containsExactly(2f, 1f);

        other.registry().lifecycle().in("lab").promote(one.ref(), "back");
        patiently().until(() -> answer(lab) == 1);
        other.registry().promote(two.ref(), "second");
        patiently().until(() -> answer(byDefault) == 2);
        assertThat(answer(lab)).isEqualTo(1);
    }
}
