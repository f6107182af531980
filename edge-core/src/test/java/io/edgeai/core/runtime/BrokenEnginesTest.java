package io.edgeai.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.runtime.InferenceRuntime.Availability;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens where engines are missing, change their mind, tie, or race. */
class BrokenEnginesTest {
    private static class Engine implements InferenceRuntime {
        final AtomicInteger asked = new AtomicInteger();
        private final String name;
        private final Set<ModelFormat> formats;
        private final int rank;
        volatile boolean usable;

        Engine(String name, int rank, boolean usable, ModelFormat... formats) {
            this.name = name;
            this.rank = rank;
            this.usable = usable;
            this.formats = Set.of(formats);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Set<ModelFormat> formats() {
            return formats;
        }

        @Override
        public int rank() {
            return rank;
        }

        @Override
        public Availability availability() {
            asked.incrementAndGet();
            return new Availability(usable, usable ? "1.0" : "no driver. Maybe install it");
        }

        @Override
        public InferenceSession open(Path model, SessionOptions options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public InferenceSession open(byte[] model, SessionOptions options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @Test
    void anEngineThatBecomesUsableIsUsedFromThenOn() {
        Engine late = new Engine("late", 9, false, ModelFormat.ONNX);
        Engine now = new Engine("now", 1, true, ModelFormat.ONNX);
        Engines engines = Engines.of(now, late);
        assertThat(engines.forFormat(ModelFormat.ONNX)).isSameAs(now);
        late.usable = true;
        assertThat(engines.forFormat(ModelFormat.ONNX)).isSameAs(late);
        late.usable = false;
        assertThat(engines.forFormat(ModelFormat.ONNX)).isSameAs(now);
    }

    @Test
    void enginesOfOtherFormatsAreNotEvenAskedWhetherTheyAreUsable() {
        Engine trees = new Engine("trees", 9, true, ModelFormat.XGBOOST);
        Engine onnx = new Engine("onnx", 1, true, ModelFormat.ONNX);
        assertThat(Engines.of(trees, onnx).forFormat(ModelFormat.ONNX)).isSameAs(onnx);
        assertThat(trees.asked).as("loading natives for nothing").hasValue(0);
    }

    @Test
    void enginesOfEqualRankKeepTheirOrder() {
        Engine a = new Engine("a", 5, true, ModelFormat.ONNX);
        Engine b = new Engine("b", 5, true, ModelFormat.ONNX);
        assertThat(Engines.of(a, b).forFormat(ModelFormat.ONNX)).isSameAs(a);
        assertThat(Engines.of(b, a).forFormat(ModelFormat.ONNX)).isSameAs(b);
    }

    @Test
    void theMessageTellsOfEachEngineWhyItDoesNotRunTheModel() {
        Engine broken = new Engine("gpu", 9, false, ModelFormat.TENSORRT);
        Engine other = new Engine("cpu", 1, true, ModelFormat.ONNX);
        assertThatThrownBy(() -> Engines.of(broken, other).forFormat(ModelFormat.TENSORRT))
                .isInstanceOfSatisfying(RuntimeUnavailableException.class, e -> assertThat(e.retriable())
                        .isFalse())
                .hasMessageContaining("gpu (no driver")
                .hasMessageContaining("cpu (runs [ONNX])")
                .hasMessageContaining("TensorRT");
    }

    @Test
    void statusHasOneLineForEachEngineBestRankFirst() {
        Engine low = new Engine("low", 1, true, ModelFormat.ONNX);
        Engine high = new Engine("high", 2, false, ModelFormat.TFLITE, ModelFormat.ONNX);
        List<Engines.Status> status = Engines.of(low, high).status();
        assertThat(status).extracting(Engines.Status::name).containsExactly("high", "low");
        assertThat(status.get(0).formats()).containsExactlyInAnyOrder(ModelFormat.TFLITE, ModelFormat.ONNX);
        assertThat(status.get(0).availability().usable()).isFalse();
        assertThatThrownBy(() -> status.get(0).formats().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> Engines.of(low).all().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThat(Engines.of().status()).isEmpty();
    }

    /** The oracle is a scan of all engines for the highest rank, first found first. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void ofManyRandomEnginesTheUsableOneOfHighestRankIsTaken(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ModelFormat> any = List.of(ModelFormat.values());
        for (int round = 0; round < 200; round++) {
            List<Engine> all = new ArrayList<>();
            for (int i = random.nextInt(8); i > 0; i--) {
                EnumSet<ModelFormat> formats = EnumSet.of(any.get(random.nextInt(any.size())));
                formats.add(any.get(random.nextInt(any.size())));
                all.add(new Engine(
                        "e" + i, random.nextInt(4), random.nextBoolean(), formats.toArray(ModelFormat[]::new)));
            }
            Engines engines = Engines.of(all.toArray(InferenceRuntime[]::new));
            for (ModelFormat format : ModelFormat.values()) {
                Engine expected = null;
                for (Engine engine : all) {
                    if (engine.usable
                            && engine.formats.contains(format)
                            && (expected == null || engine.rank > expected.rank)) {
                        expected = engine;
                    }
                }
                if (expected == null) {
                    assertThatThrownBy(() -> engines.forFormat(format))
                            .as("seed %d", seed)
                            .isInstanceOf(RuntimeUnavailableException.class);
                } else {
                    assertThat(engines.forFormat(format)).as("seed %d", seed).isSameAs(expected);
                }
            }
        }
    }

    @Test
    void discoveryFromManyThreadsAtOnceFindsTheSame() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<List<String>>> found = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                found.add(threads.submit(() -> {
                    Engines engines = Engines.discover();
                    assertThat(engines.forFormat(ModelFormat.ONNX)
                                    .availability()
                                    .usable())
                            .isTrue();
                    return engines.status().stream().map(Engines.Status::name).toList();
                }));
            }
            List<String> first = found.get(0).get(5, TimeUnit.MINUTES);
            assertThat(first).contains("onnxruntime", "a provider");
            for (Future<List<String>> one : found) {
                assertThat(one.get(5, TimeUnit.MINUTES)).isEqualTo(first);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void engineOptionsThatTheEngineDoesNotKnowAreRefusedOrWithoutEffectButNeverALeak() {
        OnnxRuntimeEngine engine = new OnnxRuntimeEngine();
        SessionOptions options =
                SessionOptions.defaults().engineOptions(Map.of("session.use_device_allocator_for_initializers", "1"));
        try (InferenceSession session = engine.open(TinyModels.affine(2), options)) {
            assertThat(session.predict(new float[] {1, 2, 3}, 0)).containsExactly(3, 5, 7);
        }
    }

    @Test
    void optionsAreCopiedWithOneThingChanged() {
        SessionOptions options = SessionOptions.defaults();
        assertThat(options.intraOpThreads()).isEqualTo(1);
        assertThat(options.slots()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(options.optimize()).isTrue();
        SessionOptions changed =
                options.intraOpThreads(3).slots(5).optimize(false).engineOptions(Map.of("a", "b"));
        assertThat(changed).isEqualTo(new SessionOptions(3, 5, false, Map.of("a", "b")));
        assertThat(options).isEqualTo(SessionOptions.defaults());
        assertThatThrownBy(() -> options.intraOpThreads(0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(0)");
        assertThatThrownBy(() -> options.intraOpThreads(1025)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> options.slots(0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> options.slots(4097)).isInstanceOf(InvalidInputException.class);
        Map<String, String> mine = new java.util.HashMap<>(Map.of("k", "v"));
        SessionOptions kept = options.engineOptions(mine);
        mine.clear();
        assertThat(kept.engineOptions()).containsEntry("k", "v");
    }

    @Test
    void manySessionsOfOneModelAnswerAloneAndCloseAlone() {
        OnnxRuntimeEngine engine = new OnnxRuntimeEngine();
        List<InferenceSession> sessions = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            sessions.add(engine.open(TinyModels.affine(i), SessionOptions.defaults()));
        }
        Collections.shuffle(sessions, new java.util.Random(1));
        while (!sessions.isEmpty()) {
            sessions.remove(sessions.size() - 1).close();
            for (InferenceSession session : sessions) {
                float[] answer = session.predict(new float[] {1, 2, 3}, 0);
                assertThat(answer[1] - answer[0]).isEqualTo(answer[2] - answer[1]);
            }
        }
    }
}
