package io.edgeai.core.runtime.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Ample;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OnnxRuntimeEngineTest {
    private static final long AMPLE_NANOS = Ample.TIME.toNanos();

    private final OnnxRuntimeEngine engine = new OnnxRuntimeEngine();

    private InferenceSession open(byte[] model) {
        return engine.open(model, SessionOptions.defaults());
    }

    @Test
    void isFoundRunsOnnxAndSaysItsVersion() {
        assertThat(Engines.discover().forFormat(ModelFormat.ONNX).name()).isEqualTo("onnxruntime");
        assertThat(engine.availability().detail()).startsWith("1.29");
        assertThatThrownBy(() -> Engines.discover().forFormat(ModelFormat.COREML))
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageContaining("Core ML")
                .hasMessageContaining("onnxruntime")
                .hasMessageContaining("Maybe");
        assertThatThrownBy(() -> Engines.of().forFormat(ModelFormat.ONNX))
                .hasMessageContaining("com.microsoft.onnxruntime:onnxruntime");
    }

    @Test
    void predictsInClosedFormForEveryBatchSize() {
        try (InferenceSession session = open(TinyModels.affine(2))) {
            for (int n : new int[] {1, 1, 4, 2, 1, 7, 3, 9, 4, 1, 0, 1}) {
                float[] input = new float[3 * n];
                for (int i = 0; i < input.length; i++) {
                    input[i] = i - 1.5f;
                }
                float[] expected = new float[input.length];
                for (int i = 0; i < input.length; i++) {
                    expected[i] = 2 * input[i] + 1;
                }
                assertThat(session.predict(input, 0)).as("batch of %d", n).containsExactly(expected);
            }
            assertThat(session.sampleLength()).isEqualTo(3);
        }
    }

    @Test
    void aLengthThatDoesNotFitIsNamed() {
        try (InferenceSession session = open(TinyModels.affine(2))) {
            assertThatThrownBy(() -> session.predict(new float[4], 0))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("multiple of 3")
                    .hasMessageContaining("(4)");
            assertThat(session.predict(new float[] {0, 0, 0}, 0)).containsExactly(1, 1, 1);
        }
    }

    @Test
    void outputsWhoseShapeDependsOnTheDataAreRight() {
        try (InferenceSession session = open(TinyModels.positives())) {
            assertThat(session.predict(new float[] {1, -1, 2, -2}, 0)).containsExactly(1, 2);
            assertThat(session.predict(new float[] {1, 3, 2, -2}, 0)).containsExactly(1, 3, 2);
            assertThat(session.predict(new float[] {-1, -3, -2, 5}, 0)).containsExactly(5);
            assertThat(session.predict(new float[] {-1, -3, -2, -5}, 0)).isEmpty();
        }
    }

    @Test
    void modelsThatAreNotOneFloatInputSayHowToFeedThem() {
        try (InferenceSession two = open(TinyModels.twoInTwoOut());
                InferenceSession longs = open(TinyModels.identity(ElementType.INT64))) {
            assertThatThrownBy(() -> two.predict(new float[2], 0)).hasMessageContaining("named tensors");
            assertThatThrownBy(() -> longs.predict(new float[2], 0)).hasMessageContaining("INT64");
            assertThat(two.sampleLength()).isZero();
        }
    }

    @Test
    void namedTensorsGiveAllOutputsInOrder() {
        try (InferenceSession session = open(TinyModels.twoInTwoOut())) {
            Map<String, Tensor> outputs =
                    session.run(Map.of("a", Tensor.of(new float[] {1, 2}, 2), "b", Tensor.of(new float[] {3, 5}, 2)));

            assertThat(outputs.keySet()).containsExactly("sum", "product");
            assertThat(outputs.get("sum").floats()).containsExactly(4, 7);
            assertThat(outputs.get("product").floats()).containsExactly(3, 10);
            assertThat(session.signature().input("a").shape()).containsExactly(Dim.of(2));
        }
    }

    @Test
    void wrongNamesTypesAndShapesAreNamedBeforeTheEngineSeesThem() {
        try (InferenceSession session = open(TinyModels.twoInTwoOut())) {
            Tensor good = Tensor.of(new float[2], 2);
            assertThatThrownBy(() -> session.run(Map.of("a", good)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("b: FLOAT[2]");
            assertThatThrownBy(() -> session.run(Map.of("a", good, "b", good, "c", good)))
                    .hasMessageContaining("(c)");
            assertThatThrownBy(() -> session.run(Map.of("a", good, "b", Tensor.of(new float[3], 3))))
                    .hasMessageContaining("FLOAT[3]");
            assertThatThrownBy(() -> session.run(Map.of("a", good, "b", Tensor.of(new long[2], 2))))
                    .hasMessageContaining("INT64");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE", "INT8", "UINT8", "INT16", "INT32", "INT64", "BOOL", "FLOAT16"})
    void everyElementTypePassesThroughUnchanged(ElementType type) {
        byte[] bytes = new byte[(int) type.bytes(2)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (type == ElementType.BOOL ? i % 2 : 17 * i + 3);
        }
        try (InferenceSession session = open(TinyModels.identity(type))) {
            Tensor answer =
                    session.run(Map.of("x", Tensor.ofBytes(type, bytes, 2))).get("y");

            assertThat(answer.type()).isEqualTo(type);
            assertThat(answer.bytes()).containsExactly(bytes);
        }
    }

    @Test
    void stringsPassThrough() {
        try (InferenceSession session = open(TinyModels.identity(ElementType.STRING))) {
            Tensor answer = session.run(Map.of("x", Tensor.of(new String[] {"a", "", "日本"}, 3)))
                    .get("y");

            assertThat(answer.strings()).containsExactly("a", "", "日本");
        }
    }

    @Test
    void anEmptyBatchOfTensorsIsAnswered() {
        try (InferenceSession session = open(TinyModels.affine(2))) {
            Tensor answer =
                    session.run(Map.of("x", Tensor.of(new float[0], 0, 3))).get("y");

            assertThat(answer.shape()).containsExactly(0, 3);
        }
    }

    @Test
    void aRunawayLoopIsStoppedAndTheSlotWorksAgain() {
        SessionOptions oneSlot = SessionOptions.defaults().slots(1);
        try (InferenceSession session = engine.open(TinyModels.countToFloat(), oneSlot)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> session.predict(new float[] {0x1p50f}, 30_000_000))
                        .isInstanceOf(InferenceTimeoutException.class)
                        .hasMessageContaining("(30000) µs");
                assertThat(session.predict(new float[] {5}, AMPLE_NANOS)).containsExactly(5);
            }
            assertThat(session.predict(new float[] {7}, 0)).containsExactly(7);
        }
    }

    @Test
    void anInterruptStopsARunThatHasADeadlineAndTheSlotWorksAgain() throws Exception {
        SessionOptions oneSlot = SessionOptions.defaults().slots(1);
        try (InferenceSession session = engine.open(TinyModels.countToFloat(), oneSlot)) {
            Hog hog = new Hog(session);
            assertThat(hog.stopped()).isInstanceOf(OperationCancelledException.class);
            assertThat(session.predict(new float[] {7}, 0)).containsExactly(7);
        }
    }

    /** A run that keeps a session's only slot until the test stops it. */
    private static final class Hog {
        private final CompletableFuture<Throwable> reason = new CompletableFuture<>();
        private final Thread runner;

        Hog(InferenceSession session) {
            runner = new Thread(() -> {
                try {
                    session.predict(new float[] {0x1p50f}, Long.MAX_VALUE / 4);
                } catch (RuntimeException e) {
                    reason.complete(e);
                }
            });
            runner.start();
            Ample.await().until(() -> !session.hasFreeSlot());
        }

        Throwable stopped() throws Exception {
            runner.interrupt();
            return reason.get(5, TimeUnit.MINUTES);
        }
    }

    @Test
    void tryingTakesNoTimeWhereEverySlotRuns() throws Exception {
        SessionOptions oneSlot = SessionOptions.defaults().slots(1);
        try (InferenceSession session = engine.open(TinyModels.countToFloat(), oneSlot)) {
            Hog hog = new Hog(session);
            assertThat(session.tryPredict(new float[] {1}, 0)).isNull();
            assertThat(hog.stopped()).isInstanceOf(OperationCancelledException.class);
            assertThat(session.tryPredict(new float[] {3}, 0)).containsExactly(3);
        }
    }

    @Test
    void namedRunsHaveDeadlinesToo() {
        try (InferenceSession session = open(TinyModels.countTo())) {
            assertThatThrownBy(() ->
                            session.run(Map.of("n", Tensor.of(new long[] {Long.MAX_VALUE})), Duration.ofMillis(20)))
                    .isInstanceOf(InferenceTimeoutException.class);
            assertThat(session.run(Map.of("n", Tensor.of(new long[] {3})), Ample.TIME)
                            .get("count")
                            .floats())
                    .containsExactly(3);
        }
    }

    @Test
    void waitingForASlotCountsAgainstTheDeadline() throws Exception {
        SessionOptions oneSlot = SessionOptions.defaults().slots(1);
        try (InferenceSession session = engine.open(TinyModels.countToFloat(), oneSlot)) {
            Hog hog = new Hog(session);
            assertThatThrownBy(() -> session.predict(new float[] {1}, 10_000_000))
                    .isInstanceOf(InferenceTimeoutException.class)
                    .hasMessageContaining("slot");
            assertThat(hog.stopped()).isInstanceOf(OperationCancelledException.class);
            assertThat(session.predict(new float[] {2}, 0)).containsExactly(2);
        }
    }

    @Test
    void moreLengthsThanASlotKeepsAndOutputsOfEverySizeStayRight() {
        SplittableRandom random = new SplittableRandom(9);
        try (InferenceSession session =
                engine.open(TinyModels.affine(2), SessionOptions.defaults().slots(1))) {
            for (int i = 0; i < 400; i++) {
                int n = 1 + random.nextInt(i < 200 ? 20 : 500);
                float[] input = new float[3 * n];
                float[] expected = new float[3 * n];
                for (int k = 0; k < input.length; k++) {
                    input[k] = random.nextInt(1000);
                    expected[k] = 2 * input[k] + 1;
                }
                assertThat(session.predict(input, i % 3 == 0 ? AMPLE_NANOS : 0))
                        .as("call %d, batch of %d", i, n)
                        .containsExactly(expected);
            }
        }
    }

    @Test
    void closingWaitsForRunsInFlightAndRefusesLaterOnes() throws Exception {
        InferenceSession session = open(TinyModels.countToFloat());
        CompletableFuture<float[]> running =
                CompletableFuture.supplyAsync(() -> session.predict(new float[] {400_000}, 0));
        session.close();
        session.close();

        try {
            assertThat(running.get()).containsExactly(400_000);
        } catch (java.util.concurrent.ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(LifecycleException.class);
        }
        assertThatThrownBy(() -> session.predict(new float[] {1}, 0)).isInstanceOf(LifecycleException.class);
        assertThatThrownBy(() -> session.run(Map.of("x", Tensor.of(new float[] {1}))))
                .isInstanceOf(LifecycleException.class);
    }

    @Test
    void manyThreadsOnFewSlotsAllGetTheirOwnAnswer() throws Exception {
        try (InferenceSession session =
                engine.open(TinyModels.affine(3), SessionOptions.defaults().slots(2))) {
            AtomicInteger right = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                float own = t;
                Thread thread = new Thread(() -> {
                    for (int i = 0; i < 2000; i++) {
                        float[] answer = session.predict(new float[] {own, i, -own}, i % 2 == 0 ? 0 : AMPLE_NANOS);
                        if (Arrays.equals(answer, new float[] {3 * own + 1, 3f * i + 1, -3 * own + 1})) {
                            right.incrementAndGet();
                        }
                    }
                });
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(right).hasValue(8 * 2000);
        }
    }

    @Test
    void thingsThatAreNoModelGiveOneTypedError(@TempDir Path dir) throws IOException {
        byte[] good = TinyModels.affine(2);
        Path missing = dir.resolve("missing.onnx");
        Path text = Files.writeString(dir.resolve("text.onnx"), "version https://git-lfs.github.com/spec/v1\noid");
        Path cut = Files.write(dir.resolve("cut.onnx"), Arrays.copyOf(good, good.length / 2));
        Path empty = Files.write(dir.resolve("empty.onnx"), new byte[0]);

        for (Path file : List.of(missing, text, cut, empty, dir)) {
            assertThatThrownBy(() -> engine.open(file, SessionOptions.defaults()))
                    .as(file.toString())
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("Maybe");
        }
        assertThatThrownBy(() -> open("not a model at all".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ModelFormatException.class);
    }

    @Test
    void optionsAreChecked() {
        assertThatThrownBy(() -> SessionOptions.defaults().slots(0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> SessionOptions.defaults().intraOpThreads(0)).isInstanceOf(InvalidInputException.class);
        assertThat(SessionOptions.defaults().optimize(false).optimize()).isFalse();
    }
}
