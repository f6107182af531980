package io.edgeai.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.EdgeAI;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.monitor.EdgeMonitor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which endpoint answers which version, and whose it is to close. */
class ServedModelsTest {
    private static final Map<String, Tensor> INPUT = Map.of("x", Tensor.of(new float[] {1, 2}, 1, 2));

    @TempDir
    private Path home;

    private final List<ModelEndpoint> opened = new ArrayList<>();
    private EdgeAI edge;
    private ModelVersion first;
    private ModelVersion second;
    private ServedModels models;

    @BeforeEach
    void build() {
        edge = EdgeAI.builder().home(home).build();
        first = TestModels.times(edge, "m", 2, true);
        second = TestModels.times(edge, "m", 3, false);
        models = new ServedModels(new Remembering());
    }

    @AfterEach
    void close() {
        models.close();
        edge.close();
    }

    private final class Remembering implements ModelHost {
        @Override
        public EdgeModelRegistry registry() {
            return edge.registry();
        }

        @Override
        public EdgeMonitor monitor() {
            return edge.monitor();
        }

        @Override
        public ModelEndpoint serve(String model) {
            return remembered(edge.serve(model));
        }

        @Override
        public ModelEndpoint serve(VersionRef version) {
            return remembered(edge.serve(version.model().name(), serving -> serving.split(version, 1)));
        }

        private ModelEndpoint remembered(ModelEndpoint endpoint) {
            opened.add(endpoint);
            return endpoint;
        }
    }

    private static Route infer(String version) {
        return Route.of("POST", "/v2/models/m" + version + "/infer");
    }

    private float answer(String version) {
        return models.predict(infer(version), INPUT).outputs().get("y").floats()[0];
    }

    @Test
    void theActiveVersionNeedsNoEndpointOfItsOwn() {
        models.load("m", Optional.empty());

        assertThat(answer("")).isEqualTo(2);
        assertThat(answer("/versions/1")).isEqualTo(2);
        assertThat(opened).hasSize(1);
    }

    @Test
    void loadingTwiceOpensOnce() {
        models.load("m", Optional.empty());
        models.load("m", Optional.empty());
        models.load("m", Optional.of(second.ref()));
        models.load("m", Optional.of(second.ref()));

        assertThat(opened).hasSize(2);
        assertThat(answer("/versions/2")).isEqualTo(3);
    }

    @Test
    void withoutTheActiveVersionTheHighestLoadedOneAnswersForTheName() {
        ModelVersion third = TestModels.times(edge, "m", 5, false);
        models.load("m", Optional.of(second.ref()));
        models.load("m", Optional.of(third.ref()));

        assertThat(answer("")).isEqualTo(5);
        models.unload("m", Optional.of(third.ref()));
        assertThat(answer("")).isEqualTo(3);
        models.unload("m", Optional.of(second.ref()));
        assertThatThrownBy(() -> answer("")).isInstanceOf(Refusal.class);
        assertThat(models.names()).isEmpty();
    }

    @Test
    void aSplitAnswersTheNameButNoVersionByItself() {
        try (ModelEndpoint split =
                edge.serve("m", serving -> serving.split(first, 1).split(second, 1))) {
            models.add("m", split);

            assertThat(models.predict(infer(""), INPUT).version()).isEmpty();
            assertThat(models.numbers(infer(""))).containsExactly(1, 2);
            assertThatThrownBy(() -> answer("/versions/1"))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("(m@1) is not loaded");
            split.split(TrafficSplit.all(first.ref()));
            assertThat(answer("/versions/1")).isEqualTo(2);
        }
    }

    /** A promotion in the middle of a request: whatever answered, it was not told to be version 1. */
    @Test
    void aVersionThatIsReplacedWhileItAnswersIsNotPassedOff() {
        Gate gate = new Gate();
        try (ModelEndpoint endpoint = TestModels.endpoint(first, gate)) {
            models.add("m", endpoint);
            Thread promotion = new Thread(() -> {
                gate.arrived.acquireUninterruptibly();
                Thread splitting = new Thread(() -> endpoint.split(TrafficSplit.all(second.ref())));
                splitting.start();
                while (!endpoint.split().arms().get(0).version().equals(second.ref())) {
                    Thread.onSpinWait();
                }
                gate.open();
            });
            promotion.start();

            assertThatThrownBy(() -> answer("/versions/1"))
                    .isInstanceOf(LifecycleException.class)
                    .hasMessageContaining("(m@1) was replaced");
        }
    }

    @Test
    void unloadingClosesWhatWasOpenedHereAndNothingElse() {
        try (ModelEndpoint own = edge.serve("m")) {
            models.add("m", own);
            models.load("m", Optional.of(second.ref()));

            models.unload("m", Optional.empty());

            assertThat(own.closed()).isFalse();
            assertThat(opened).singleElement().matches(ModelEndpoint::closed);
            assertThat(models.ready(infer(""))).isFalse();
        }
    }

    @Test
    void anEndpointThatItsOwnerClosedIsNotReadyAndMayBeLoadedAnew() {
        ModelEndpoint own = edge.serve("m");
        models.add("m", own);
        own.close();

        assertThat(models.ready(infer(""))).isFalse();
        assertThatThrownBy(() -> answer("")).isInstanceOf(LifecycleException.class);
        models.load("m", Optional.empty());
        assertThat(answer("")).isEqualTo(2);
    }

    @Test
    void whatIsNotInTheRegistryIsUnknown() {
        assertThatThrownBy(() -> models.predict(Route.of("POST", "/v2/models/z/infer"), INPUT))
                .isInstanceOf(ModelNotFoundException.class);
        assertThatThrownBy(() -> models.unload("z", Optional.empty())).isInstanceOf(ModelNotFoundException.class);
        assertThatThrownBy(() -> models.load("z", Optional.empty())).isInstanceOf(ModelNotFoundException.class);
    }

    @Test
    void afterClosingNothingIsOpenAndNothingOpens() {
        models.load("m", Optional.empty());
        models.close();

        assertThat(opened).allMatch(ModelEndpoint::closed);
        assertThatThrownBy(() -> models.load("m", Optional.empty())).isInstanceOf(LifecycleException.class);
    }

    @Test
    void onlyWhatWasWantedFromTheStartDecidesWhetherTheServerIsReady() {
        TestModels.times(edge, "later", 7, false);
        assertThatThrownBy(() -> models.want("later")).isInstanceOf(ModelNotFoundException.class);
        assertThat(models.ready()).isFalse();

        models.unload("later", Optional.empty());
        assertThat(models.ready()).as("nobody wants it any more").isTrue();
        assertThatThrownBy(() -> models.load("later", Optional.empty())).isInstanceOf(ModelNotFoundException.class);
        assertThat(models.ready()).isTrue();
    }
}
