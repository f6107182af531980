package io.edgeai.core.runtime.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.TestData;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.StateTensor;
import io.edgeai.core.runtime.StatefulSession;
import io.edgeai.core.runtime.TinyModels;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class StatefulSessionTest {
    private static final int WIDTH = 3;

    private final OnnxRuntimeEngine engine = new OnnxRuntimeEngine();

    /** s' = s·factor + Σ x over rows, x [N, width]; y = s' · 2; z = x. */
    private static byte[] leaky(int width) {
        OnnxGraph graph = OnnxGraph.create("leaky", 17);
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, -1, width));
        graph.inputs().add(OnnxValue.tensor("s", ElementType.FLOAT, width));
        graph.inputs().add(OnnxValue.tensor("factor", ElementType.FLOAT, 1));
        graph.initializers().put("axis", OnnxTensor.ofLongs(new long[] {0}, 1));
        graph.initializers().put("two", OnnxTensor.scalar(2f));
        graph.add("ReduceSum", "sum", List.of("x", "axis"), List.of("sum")).attribute("keepdims", 0);
        graph.add("Mul", "old", List.of("s", "factor"), List.of("old"));
        graph.add("Add", "new", List.of("old", "sum"), List.of("s_next"));
        graph.add("Mul", "twice", List.of("s_next", "two"), List.of("y"));
        graph.add("Identity", "same", List.of("x"), List.of("z"));
        graph.outputs().add(OnnxValue.tensor("s_next", ElementType.FLOAT, width));
        graph.outputs().add(OnnxValue.tensor("y", ElementType.FLOAT, width));
        graph.outputs().add(OnnxValue.tensor("z", ElementType.FLOAT, -1, width));
        return OnnxWriter.toBytes(graph);
    }

    private StatefulSession open() {
        return engine.openStateful(
                leaky(WIDTH),
                List.of(
                        StateTensor.carried("s", "s_next", WIDTH),
                        StateTensor.held("factor", 1),
                        StateTensor.kept("y", WIDTH)),
                SessionOptions.defaults());
    }

    private static Tensor rows(float... values) {
        return Tensor.of(values, values.length / WIDTH, WIDTH);
    }

    @Test
    void whatOneRunWritesTheNextReads() {
        try (StatefulSession session = open()) {
            session.write("factor", new float[] {0.5f});
            double[] expected = new double[WIDTH];
            for (int run = 1; run <= 9; run++) {
                session.run(Map.of("x", rows(run, 2 * run, -run)));
                for (int i = 0; i < WIDTH; i++) {
                    expected[i] = 0.5 * expected[i] + new int[] {run, 2 * run, -run}[i];
                }
                float[] state = session.read("s");
                float[] doubled = session.read("y");
                for (int i = 0; i < WIDTH; i++) {
                    assertThat((double) state[i]).as("run " + run).isCloseTo(expected[i], within(1e-5));
                    assertThat(doubled[i]).isEqualTo(2 * state[i]);
                }
            }
        }
    }

    @Test
    void stateIsSetAndClearedAtEitherSide() {
        try (StatefulSession session = open()) {
            session.write("factor", new float[] {1});
            for (int run = 0; run < 4; run++) {
                session.write("s", new float[] {run, 0, 0});
                session.run(Map.of("x", rows(1, 1, 1)));
                assertThat(session.read("s")).containsExactly(run + 1, 1, 1);
                session.clear("s");
                assertThat(session.read("s")).containsExactly(0, 0, 0);
                session.run(Map.of("x", rows(0, 7, 0)));
                assertThat(session.read("s")).containsExactly(0, 7, 0);
            }
        }
    }

    @Test
    void batchesOfAnySizeAndRefilledTensorsAreReadAnew() {
        try (StatefulSession session = open()) {
            Tensor one = rows(1, 0, 0);
            Tensor three = rows(1, 1, 1, 2, 2, 2, 3, 3, 3);
            for (int run = 1; run <= 6; run++) {
                one.buffer().asFloatBuffer().put(0, run);
                session.run(Map.of("x", one));
                assertThat(session.read("s")).containsExactly(run, 0, 0);
                session.run(Map.of("x", three));
                assertThat(session.read("s")).containsExactly(6, 6, 6);
                session.run(Map.of("x", rows(run, run, 5)));
                assertThat(session.read("s")).containsExactly(run, run, 5);
            }
        }
    }

    @Test
    void otherOutputsComeOnlyWhereAskedFor() {
        try (StatefulSession session = open()) {
            assertThat(session.run(Map.of("x", rows(1, 2, 3)), Set.of(), null)).isEmpty();
            Map<String, Tensor> given = session.run(Map.of("x", rows(1, 2, 3)), Set.of("z"), null);

            assertThat(given).containsOnlyKeys("z");
            assertThat(given.get("z").floats()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void viewFeedsAnotherSessionWithoutACopy() {
        try (StatefulSession first = open();
                StatefulSession second = open()) {
            first.write("factor", new float[] {1});
            for (int run = 1; run <= 4; run++) {
                first.run(Map.of("x", rows(1, 2, 3)));
                second.run(Map.of("x", first.view("s").reshape(1, WIDTH)));
                assertThat(second.read("s")).containsExactly(run, 2 * run, 3 * run);
                assertThat(first.view("s").floats()).isEqualTo(first.read("s"));
            }
            assertThat(first.view("y")).isSameAs(first.view("y"));
        }
    }

    @Test
    void overdueRunIsStoppedAndLeavesTheState() {
        OnnxGraph graph = OnnxReader.read(TinyModels.countTo());
        graph.inputs().add(OnnxValue.tensor("s", ElementType.FLOAT));
        graph.add("Add", "plus", List.of("s", "count"), List.of("s_next"));
        graph.outputs().add(OnnxValue.tensor("s_next", ElementType.FLOAT));
        try (StatefulSession session = engine.openStateful(
                OnnxWriter.toBytes(graph), List.of(StateTensor.carried("s", "s_next")), SessionOptions.defaults())) {
            session.run(Map.of("n", Tensor.of(new long[] {5})));
            assertThatThrownBy(() -> session.run(
                            Map.of("n", Tensor.of(new long[] {Long.MAX_VALUE / 2})), Set.of(), Duration.ofMillis(20)))
                    .isInstanceOf(InferenceTimeoutException.class);
            assertThat(session.read("s")).containsExactly(5);
            session.run(Map.of("n", Tensor.of(new long[] {2})), Set.of(), Duration.ofMinutes(1));
            assertThat(session.read("s")).containsExactly(7);
        }
    }

    @Test
    void wrongCallsNameWhatIsWrong() {
        try (StatefulSession session = open()) {
            Tensor x = rows(1, 2, 3);
            refused(() -> session.run(Map.of()), "x");
            refused(() -> session.run(Map.of("x", x, "s", x)), "(s)");
            refused(() -> session.run(Map.of("x", Tensor.of(new float[4], 1, 4))), "[1, 4]");
            refused(() -> session.run(Map.of("x", Tensor.of(new long[3], 1, 3))), "INT64");
            refused(() -> session.run(Map.of("x", x), Set.of("s_next"), null), "kept as state");
            refused(() -> session.run(Map.of("x", x), Set.of("nothing"), null), "nothing");
            refused(() -> session.read("x"), "(x)");
            refused(() -> session.write("s", new float[2]), "(2)");
            refused(() -> session.read("s", new float[4]), "(4)");
            refused(() -> session.view("?"), "(?)");
            session.run(Map.of("x", x));
            assertThat(session.read("s")).containsExactly(1, 2, 3);
        }
    }

    @Test
    void statesThatTheModelHasNotAreRefusedAtOpening() {
        for (StateTensor wrong : List.of(
                StateTensor.carried("s", "no", WIDTH),
                StateTensor.carried("no", "s_next", WIDTH),
                StateTensor.carried("s", "s_next", WIDTH + 1),
                StateTensor.held("s", WIDTH, 1),
                StateTensor.kept("x", WIDTH))) {
            refused(() -> engine.openStateful(leaky(WIDTH), List.of(wrong), SessionOptions.defaults()), "Maybe");
        }
        StateTensor twice = StateTensor.held("s", WIDTH);
        refused(() -> engine.openStateful(leaky(WIDTH), List.of(twice, twice), SessionOptions.defaults()), "took");
        refused(
                () -> engine.openStateful(
                        TinyModels.identity(ElementType.INT64),
                        List.of(StateTensor.carried("x", "y", 2)),
                        SessionOptions.defaults()),
                "FLOAT");
        refused(() -> StateTensor.carried("", "", 1), "neither");
        refused(() -> StateTensor.held("s", -1), "-1");
        refused(() -> StateTensor.held("s", 1 << 20, 1 << 20), "1048576");
        assertThatThrownBy(() -> engine.openStateful(new byte[4], List.of(), SessionOptions.defaults()))
                .isInstanceOf(ModelFormatException.class);
    }

    @Test
    void closingTwiceIsHarmlessAndCallsAfterItAreRefused() {
        StatefulSession session = open();
        session.run(Map.of("x", rows(1, 2, 3)));
        session.close();
        session.close();

        assertThatThrownBy(() -> session.run(Map.of("x", rows(1, 2, 3)))).isInstanceOf(LifecycleException.class);
        assertThatThrownBy(() -> session.read("s")).isInstanceOf(LifecycleException.class);
        assertThatThrownBy(() -> session.view("s")).isInstanceOf(LifecycleException.class);
    }

    @Test
    void anEngineWithoutStateSaysSo() {
        InferenceRuntime plain = new InferenceRuntime() {
            @Override
            public String name() {
                return "plain";
            }

            @Override
            public Set<ModelFormat> formats() {
                return Set.of();
            }

            @Override
            public int rank() {
                return 0;
            }

            @Override
            public Availability availability() {
                return new Availability(true, "1");
            }

            @Override
            public InferenceSession open(Path model, SessionOptions options) {
                throw new IllegalStateException();
            }

            @Override
            public InferenceSession open(byte[] model, SessionOptions options) {
                throw new IllegalStateException();
            }
        };

        assertThatThrownBy(() -> plain.openStateful(leaky(1), List.of(), SessionOptions.defaults()))
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageContaining("plain");
    }

    @Test
    void manyThreadsTakeTurns() throws Exception {
        try (StatefulSession session = open()) {
            session.write("factor", new float[] {1});
            ExecutorService pool = Executors.newFixedThreadPool(8);
            try {
                List<Future<?>> futures = new ArrayList<>();
                for (int thread = 0; thread < 8; thread++) {
                    futures.add(pool.submit(() -> {
                        for (int run = 0; run < 250; run++) {
                            session.run(Map.of("x", rows(1, 2, 3)));
                        }
                    }));
                }
                for (Future<?> future : futures) {
                    future.get();
                }
            } finally {
                pool.shutdownNow();
            }
            assertThat(session.read("s")).containsExactly(2000, 4000, 6000);
        }
    }

    /** A state of 4 MB is stepped 50 times; one copy on the heap each time would be 200 MB. */
    @Test
    void aStepAllocatesNothingInProportionToTheState() {
        int width = 1 << 20;
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (StatefulSession session = engine.openStateful(
                leaky(width),
                List.of(
                        StateTensor.carried("s", "s_next", width),
                        StateTensor.held("factor", 1),
                        StateTensor.kept("y", width)),
                SessionOptions.defaults())) {
            Map<String, Tensor> data = Map.of("x", Tensor.allocate(ElementType.FLOAT, 1, width));
            session.run(data);
            long direct = directBytes();
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            for (int run = 0; run < 50; run++) {
                session.run(data);
            }
            long heap = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;

            assertThat(heap).isLessThan(1 << 20);
            // Less where the collector frees meanwhile what others left.
            assertThat(directBytes()).isLessThanOrEqualTo(direct);
        }
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** A real recurrent net hears a recording: state kept by the session against state fed by hand. */
    @Test
    void voiceDetectorHearsTheSameEitherWay() throws IOException {
        Path file = TestData.model("silero_vad.onnx");
        float[] sound = wave(file.resolveSibling("silero_test.wav"));
        int chunk = 512;
        int context = 64;
        Map<String, Tensor> data = new HashMap<>();
        data.put("sr", Tensor.of(new long[] {16000}));
        Tensor state = Tensor.of(new float[256], 2, 1, 128);
        float loudest = 0;
        try (InferenceSession plain = engine.open(file, SessionOptions.defaults());
                StatefulSession stateful = engine.openStateful(
                        Files.readAllBytes(file),
                        List.of(StateTensor.carried("state", "stateN", 2, 1, 128)),
                        SessionOptions.defaults())) {
            for (int at = context; at + chunk <= sound.length; at += chunk) {
                data.put("input", Tensor.of(Arrays.copyOfRange(sound, at - context, at + chunk), 1, context + chunk));
                float heard =
                        stateful.run(data, Set.of("output"), null).get("output").floats()[0];
                Map<String, Tensor> fed = new HashMap<>(data);
                fed.put("state", state);
                Map<String, Tensor> answers = plain.run(fed);
                state = answers.get("stateN");
                assertThat(heard).isEqualTo(answers.get("output").floats()[0]);
                loudest = Math.max(loudest, heard);
            }
            assertThat(stateful.read("state")).isEqualTo(state.floats());
        }
        assertThat(loudest).as("probability of speech").isGreaterThan(0.5f);
    }

    private static float[] wave(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(44);
        FloatBuffer samples = FloatBuffer.allocate(bytes.remaining() / 2);
        while (bytes.remaining() >= 2) {
            samples.put(bytes.getShort() / 32768f);
        }
        return samples.array();
    }

    private static void refused(Runnable call, String naming) {
        assertThatThrownBy(call::run).isInstanceOf(InvalidInputException.class).hasMessageContaining(naming);
    }
}
