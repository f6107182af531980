package io.edgeai.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.EdgeAI;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.core.serving.NamedAnswer;
import io.edgeai.core.serving.protocol.Parameters;
import io.edgeai.monitor.EdgeMonitor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
        return models.predict(infer(version), "", INPUT, Parameters.NONE, null)
                .outputs()
                .get("y")
                .floats()[0];
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

            NamedAnswer any = models.predict(infer(""), "", INPUT, Parameters.NONE, null);
            assertThat(any.outputs().get("y").floats()[0])
                    .as("the version that is said to have answered")
                    .isEqualTo(any.version().equals(first.ref()) ? 2 : 3);
            assertThat(models.numbers(infer(""))).containsExactly(1, 2);
            assertThatThrownBy(() -> answer("/versions/1"))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("(m@1) is not loaded");
            split.split(TrafficSplit.all(first.ref()));
            assertThat(answer("/versions/1")).isEqualTo(2);
        }
    }

    @Test
    void aUnitMeetsTheVersionThatTheSplitDealsIt() {
        TrafficSplit shares = TrafficSplit.all(first.ref()).and(second.ref(), 1);
        try (ModelEndpoint split =
                edge.serve("m", serving -> serving.split(first, 1).split(second, 1))) {
            split.split(shares);
            models.add("m", split);
            Set<VersionRef> met = new HashSet<>();
            for (int i = 0; i < 40; i++) {
                Parameters unit = new Parameters(Map.of("unit_id", i % 2 == 0 ? "part-" + i : (Object) (long) i));
                VersionRef dealt = shares.arms()
                        .get(shares.armOf(unit.text("unit_id").orElseThrow()))
                        .version();
                for (int again = 0; again < 3; again++) {
                    assertThat(models.predict(infer(""), "", INPUT, unit, null).version())
                            .isEqualTo(dealt);
                }
                met.add(dealt);
            }
            assertThat(met).hasSize(2);
        }
        Parameters wrong = new Parameters(Map.of("unit_id", true));
        models.load("m", Optional.empty());
        assertThatThrownBy(() -> models.predict(infer(""), "", INPUT, wrong, null))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(unit_id)");
    }

    @Test
    void aTimeoutInMicrosecondsIsWhatTheSessionIsGiven() {
        Gate gate = new Gate();
        try (ModelEndpoint endpoint = TestModels.endpoint(first, gate)) {
            models.add("m", endpoint);
            Parameters soon = new Parameters(Map.of("timeout", 1500L));

            gate.open();
            models.predict(infer(""), "", INPUT, soon, null);
            assertThat(gate.longest).isEqualTo(1_500_000);
            models.predict(infer(""), "", INPUT, soon, Duration.ofMillis(1));
            assertThat(gate.longest).isEqualTo(1_000_000);
            models.predict(infer(""), "", INPUT, new Parameters(Map.of("timeout", Long.MAX_VALUE)), null);
            assertThat(gate.longest).isEqualTo(Duration.ofDays(365).toNanos());
        }
    }

    /** A promotion in the middle of a request: what version 1 answered is told to be version 1's. */
    @Test
    void aVersionThatIsReplacedWhileItAnswersIsTheOneThatIsNamed() {
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

            assertThat(models.predict(infer("/versions/1"), "", INPUT, Parameters.NONE, null)
                            .version())
                    .isEqualTo(first.ref());
        }
    }

    /** The request has found its endpoint when that is replaced and closed. */
    @Test
    void aRequestWhoseEndpointIsReopenedIsAnsweredByTheNewOne() {
        models.load("m", Optional.empty());
        ModelEndpoint before = opened.get(0);
        before.split(TrafficSplit.all(first.ref()).and(second.ref(), 1).watched(new TrafficSplit.Watch() {
            @Override
            public void unit(long bits) {
                if (!before.closed()) {
                    models.reopen("m");
                }
            }

            @Override
            public void nobody() {}
        }));

        Parameters unit = new Parameters(Map.of("unit_id", "part"));
        assertThat(models.predict(infer(""), "", INPUT, unit, null).version()).isEqualTo(first.ref());
        assertThat(before.closed()).isTrue();
        assertThat(opened).hasSize(2);
    }

    @Test
    void onlyAnEndpointOfTheServersOwnIsReplaced() {
        try (ModelEndpoint own = edge.serve("m")) {
            models.add("m", own);
            assertThatThrownBy(() -> models.requireOwned("m"))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("Model (m) is served by an endpoint of the program's own. Maybe");
        }
        models.requireOwned("another");
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
        assertThatThrownBy(
                        () -> models.predict(Route.of("POST", "/v2/models/z/infer"), "", INPUT, Parameters.NONE, null))
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
        assertThatThrownBy(() -> models.reopen("m")).isInstanceOf(LifecycleException.class);
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
