package io.edgeai;

import static io.edgeai.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.error.OverloadedException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.event.StageChanged;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.model.WorkloadDefaults;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.provider.CpuProvider;
import io.edgeai.core.runtime.provider.CudaProvider;
import io.edgeai.core.runtime.provider.ExecutionProvider;
import io.edgeai.core.runtime.provider.TensorRtProvider;
import io.edgeai.core.runtime.provider.XnnpackProvider;
import io.edgeai.core.serving.ModelEndpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServingTest {
    /** Remembers with which options sessions were opened. */
    private static final class Watched extends Slowed {
        final List<SessionOptions> options = new CopyOnWriteArrayList<>();

        Watched() {
            super(new FakeTime(), answer -> 0);
        }

        @Override
        public InferenceSession open(Path model, SessionOptions asked) {
            options.add(asked);
            return super.open(model, asked);
        }
    }

    @TempDir
    Path dir;

    private final Watched engine = new Watched();
    private EdgeAI edge;

    @BeforeEach
    void open() {
        edge = EdgeAI.builder().home(dir).engines(Engines.of(engine)).build();
    }

    @AfterEach
    void close() {
        edge.close();
        assertThat(engine.open).hasValue(0);
    }

    private static float answer(ModelEndpoint endpoint) {
        return endpoint.predict(new float[] {1, 0})[0];
    }

    @Test
    void theActiveVersionIsFollowedThroughPromotionAndRollback() {
        ModelVersion one = Fixtures.times(edge, "m", 1);
        ModelVersion two = Fixtures.times(edge, "m", 2);
        edge.registry().promote(one.ref(), "first");
        ModelEndpoint endpoint = edge.serve("m", s -> s.standby(Duration.ZERO));
        assertThat(answer(endpoint)).isEqualTo(1);

        edge.registry().promote(two.ref(), "better");
        assertThat(answer(endpoint)).isEqualTo(2);
        assertThat(endpoint.split().arms())
                .extracting(TrafficSplit.Arm::version)
                .containsExactly(two.ref());
        assertThat(engine.open).hasValue(1);

        edge.registry().rollback("m", "worse");
        assertThat(answer(endpoint)).isEqualTo(1);
        assertThat(engine.open).hasValue(1);
    }

    @Test
    void otherModelsDoNotDisturb() {
        ModelVersion one = Fixtures.times(edge, "m", 1);
        edge.registry().promote(one.ref(), "first");
        ModelEndpoint endpoint = edge.serve("m");
        edge.registry().promote(Fixtures.times(edge, "other", 7).ref(), "first");
        assertThat(answer(endpoint)).isEqualTo(1);
    }

    /** Regression: a promotion while the endpoint opened was missed. */
    @Test
    void aPromotionWhileTheEndpointOpensIsNotMissed() {
        ModelVersion one = Fixtures.times(edge, "m", 1);
        ModelVersion two = Fixtures.times(edge, "m", 2);
        edge.registry().promote(one.ref(), "first");
        ModelEndpoint endpoint = edge.serve(
                "m",
                s -> s.session(options -> {
                    if (edge.registry().active("m").ref().equals(one.ref())) {
                        edge.registry().promote(two.ref(), "meanwhile");
                    }
                    return options;
                }));
        assertThat(answer(endpoint)).isEqualTo(2);
    }

    @Test
    void manyPromotionsAtOnceEndOnTheActiveVersion() throws Exception {
        List<ModelVersion> versions = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            versions.add(Fixtures.times(edge, "m", i));
        }
        edge.registry().promote(versions.get(0).ref(), "first");
        ModelEndpoint endpoint = edge.serve("m");
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 5; round++) {
                List<Future<?>> all = new ArrayList<>();
                for (ModelVersion version : versions) {
                    all.add(threads.submit(() -> {
                        try {
                            edge.registry().promote(version.ref(), "race");
                        } catch (LifecycleException e) {
                            assertThat(e).hasMessageContaining("ACTIVE");
                        }
                    }));
                }
                for (Future<?> one : all) {
                    one.get(2, TimeUnit.MINUTES);
                }
                assertThat(answer(endpoint))
                        .isEqualTo(edge.registry().active("m").number());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aSplitSetByHandStandsUntilTheNextPromotion() {
        ModelVersion one = Fixtures.times(edge, "m", 1);
        ModelVersion two = Fixtures.times(edge, "m", 2);
        ModelVersion three = Fixtures.times(edge, "m", 3);
        edge.registry().promote(one.ref(), "first");
        ModelEndpoint endpoint = edge.serve("m");
        endpoint.split(TrafficSplit.all(two.ref()));
        // longer than the look for promotions elsewhere takes
        patiently().during(Duration.ofMillis(1200)).until(() -> answer(endpoint) == 2);
        edge.registry().promote(three.ref(), "next");
        assertThat(answer(endpoint)).isEqualTo(3);
    }

    @Test
    void aSplitSharesRequestsAndDoesNotFollowPromotions() {
        ModelVersion one = Fixtures.times(edge, "m", 1);
        ModelVersion two = Fixtures.times(edge, "m", 2);
        ModelEndpoint endpoint = edge.serve("m", s -> s.split(one, 3).split(two, 1));
        int ones = 0;
        for (int i = 0; i < 4000; i++) {
            ones += answer(endpoint) == 1 ? 1 : 0;
        }
        // binomial with p = 3/4: 6 standard deviations are 164
        assertThat(ones).isBetween(3000 - 164, 3000 + 164);
        assertThat(endpoint.answered()).isEqualTo(Map.of(one.ref(), (long) ones, two.ref(), 4000L - ones));

        edge.registry().promote(two.ref(), "not for this endpoint");
        assertThat(endpoint.split().arms()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(WorkloadType.class)
    void defaultsOfTheWorkloadTypeApply(WorkloadType type) {
        WorkloadDefaults defaults = type.defaults();
        ModelVersion version = edge.registry().register("m", Fixtures.times(2), r -> r.workload(type));
        Builders spy = new Builders();
        try (ModelEndpoint endpoint = edge.serve("m", s -> s.split(version, 1).endpoint(spy::look))) {
            assertThat(answer(endpoint)).isEqualTo(2);
            assertThat(engine.options.get(engine.options.size() - 1).intraOpThreads())
                    .isEqualTo(defaults.intraOpThreads());
            assertThat(spy.text).isEqualTo(defaults.deadline());
        }
    }

    /** Reads the deadline that a builder of an endpoint would build with. */
    private static final class Builders {
        Duration text = Duration.ZERO;

        void look(ModelEndpoint.Builder builder) {
            try {
                var field = ModelEndpoint.Builder.class.getDeclaredField("deadline");
                field.setAccessible(true);
                Object value = field.get(builder);
                text = value == null ? Duration.ZERO : (Duration) value;
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("The builder has no field deadline", e);
            }
        }
    }

    @Test
    void theLastWordOnTheDeadlineCounts() {
        ModelVersion version = Fixtures.times(edge, "m", 2);
        Builders spy = new Builders();
        Duration own = Duration.ofMillis(7);
        edge.serve("m", s -> s.split(version, 1).deadline(own).endpoint(spy::look));
        assertThat(spy.text).isEqualTo(own);
        edge.serve("m", s -> s.split(version, 1).deadline(own).noDeadline().endpoint(spy::look));
        assertThat(spy.text).isZero();
        edge.serve("m", s -> s.split(version, 1).noDeadline().deadline(own).endpoint(spy::look));
        assertThat(spy.text).isEqualTo(own);
        assertThatThrownBy(() -> edge.serve("m", s -> s.split(version, 1).deadline(Duration.ZERO)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("PT0S");
    }

    @Test
    void sessionAndEndpointSettingsArePassedOn() {
        ModelVersion version = Fixtures.times(edge, "m", 2);
        ModelEndpoint endpoint = edge.serve("m", s -> s.split(version, 1)
                .session(o -> o.intraOpThreads(2).slots(3))
                .endpoint(e -> e.maxQueue(1).maxBatch(1)));
        assertThat(engine.options).last().satisfies(o -> {
            assertThat(o.intraOpThreads()).isEqualTo(2);
            assertThat(o.slots()).isEqualTo(3);
        });
        List<CompletableFuture<float[]>> answers = new ArrayList<>();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1_000_000; i++) {
                        answers.add(endpoint.predictAsync(new float[] {1, 0}));
                    }
                })
                .isInstanceOf(OverloadedException.class);
        assertThat(answers)
                .allSatisfy(a -> assertThat(a.get(2, TimeUnit.MINUTES)).startsWith(2));
    }

    @Test
    void theFirstUsableProviderRunsAVersion() {
        ModelVersion version = Fixtures.times(edge, "m", 2);
        ModelEndpoint endpoint =
                edge.serve("m", s -> s.split(version, 1).providers(XnnpackProvider.threads(1), new CpuProvider()));
        assertThat(engine.options).last().satisfies(o -> assertThat(o.engineOptions())
                .isEmpty());
        assertThat(answer(endpoint)).isEqualTo(2);
        assertThatThrownBy(() -> edge.serve("m", s -> s.split(version, 1).providers(XnnpackProvider.threads(1))))
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageContaining("(xnnpack)");
    }

    /**
     * What a graph for an accelerator needs is kept with it; what is said here goes first. A tag may come from
     * elsewhere: it loads no library and names no folder.
     */
    @Test
    void aVersionMadeForAProviderGetsItsSettings() {
        ModelVersion version = Fixtures.times(edge, "m", 2);
        edge.registry()
                .annotations()
                .tag(
                        version.ref(),
                        ModelProvider.TAG,
                        TensorRtProvider.device(0)
                                .bytes(true)
                                .cache(dir)
                                .option("trt_extra_plugin_lib_paths", "from-elsewhere.so")
                                .text());
        ModelVersion tagged = edge.registry().get(version.ref());
        InferenceRuntime anything = new Slowed(new FakeTime(), answer -> 0) {
            @Override
            public Availability availability(ExecutionProvider provider) {
                return new Availability(true, "");
            }
        };
        Serving serving = new Serving("m").providers(TensorRtProvider.device(1));

        assertThat(serving.sessions()
                        .options(tagged, tagged.workload().defaults(), Optional.empty(), anything)
                        .provider())
                .contains(TensorRtProvider.device(1).bytes(true));
        assertThat(new Serving("m")
                        .providers(CudaProvider.device(1))
                        .sessions()
                        .options(tagged, tagged.workload().defaults(), Optional.empty(), anything)
                        .provider())
                .contains(CudaProvider.device(1));
        assertThat(new Serving("m")
                        .sessions()
                        .options(tagged, tagged.workload().defaults(), Optional.empty(), anything)
                        .provider())
                .isEmpty();
    }

    @Test
    void unknownModelsAndVersionsAreNamed() {
        assertThatThrownBy(() -> edge.serve("nope"))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("nope");
        ModelVersion version = Fixtures.times(edge, "m", 2);
        assertThatThrownBy(() -> edge.serve("m", s -> s.split(VersionRef.of("m", 9), 1)))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessage("Model (m) has no version (9). Maybe one of [m@1]?");
        assertThatThrownBy(() -> edge.serve("m", s -> s.split(version, 1).split(VersionRef.of("m", 9), 1)))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessage("Model (m) has no version (9). Maybe one of [m@1]?");
        assertThat(engine.open).as("the first arm was closed again").hasValue(0);
    }

    @Test
    void whereNoVersionIsActiveTheMessageSaysWhatToPromote() {
        Fixtures.times(edge, "m", 2);
        assertThatThrownBy(() -> edge.serve("m"))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("m@1");
    }

    @Test
    void badSplitsFailAtTheSetter() {
        ModelVersion version = Fixtures.times(edge, "m", 2);
        ModelVersion other = Fixtures.times(edge, "other", 2);
        assertThatThrownBy(() -> edge.serve("m", s -> s.split(other, 1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("other@1")
                .hasMessageContaining("(m)");
        assertThatThrownBy(() -> edge.serve("m", s -> s.split(version, 0))).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> edge.serve("m", s -> s.split(version, 1).split(version, 2)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("twice");
    }

    @Test
    void twoEndpointsOfOneModelLiveSideBySide() {
        ModelVersion one = Fixtures.times(edge, "m", 1);
        ModelVersion two = Fixtures.times(edge, "m", 2);
        edge.registry().promote(one.ref(), "first");
        ModelEndpoint following = edge.serve("m");
        ModelEndpoint fixed = edge.serve("m", s -> s.split(one, 1));
        edge.registry().promote(two.ref(), "second");
        assertThat(answer(following)).isEqualTo(2);
        assertThat(answer(fixed)).isEqualTo(1);
        following.close();
        assertThat(answer(fixed)).isEqualTo(1);
        edge.registry().rollback("m", "a closed endpoint does not mind");
        assertThatThrownBy(() -> answer(following)).isInstanceOf(LifecycleException.class);
    }

    @Test
    void aQuarantinedVersionGetsNoMoreRequests() {
        ModelVersion one = Fixtures.times(edge, "m", 1);
        ModelVersion two = Fixtures.times(edge, "m", 2);
        edge.registry().promote(one.ref(), "first");
        edge.registry().promote(two.ref(), "second");
        ModelEndpoint following = edge.serve("m");
        ModelEndpoint split = edge.serve("m", s -> s.split(one, 1).split(two, 99));
        edge.registry().lifecycle().quarantine(two.ref(), "backdoor?");
        assertThat(answer(following)).as("what answered before").isEqualTo(1);
        for (int i = 0; i < 20; i++) {
            assertThat(answer(split)).as("the arm that is left").isEqualTo(1);
        }
        edge.registry().lifecycle().quarantine(one.ref(), "this one too");
        for (ModelEndpoint endpoint : List.of(following, split)) {
            assertThatThrownBy(() -> answer(endpoint)).isInstanceOf(LifecycleException.class);
        }
        assertThatThrownBy(() -> edge.serve("m", s -> s.split(one, 1)))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("(QUARANTINED)");
    }

    /** The listener of stage changes runs before promote returns, so the order of both is certain. */
    @Test
    void theEndpointHasFollowedBeforePromoteReturns() {
        ModelVersion one = Fixtures.times(edge, "m", 1);
        ModelVersion two = Fixtures.times(edge, "m", 2);
        edge.registry().promote(one.ref(), "first");
        ModelEndpoint endpoint = edge.serve("m");
        List<Float> seen = new ArrayList<>();
        edge.events().subscribe(StageChanged.class, event -> {
            if (event.version().equals(two.ref()) && event.to() == Stage.ACTIVE) {
                seen.add(answer(endpoint));
            }
        });
        edge.registry().promote(two.ref(), "second");
        assertThat(seen).containsExactly(2f);
    }

    @Test
    void aVersionThatCannotBeOpenedLeavesTheEndpointAnswering() {
        ModelVersion one = Fixtures.times(edge, "m", 1);
        edge.registry().promote(one.ref(), "first");
        ModelEndpoint endpoint = edge.serve("m");
        var graph = Fixtures.conv();
        graph.nodes().get(0).op("NoSuchOperator");
        ModelVersion broken =
                edge.registry().register("m", io.edgeai.core.onnx.OnnxWriter.toBytes(graph), registration -> {});
        edge.registry().promote(broken.ref(), "careless");
        assertThat(answer(endpoint)).isEqualTo(1);
        edge.registry().rollback("m", "repent");
        assertThat(answer(endpoint)).isEqualTo(1);
    }
}
