package io.edgeai.core.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import io.edgeai.core.testing.Ort;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every composed session does, held to ONNX Runtime's session where both can. */
class ComposedSessionTest {
    /** Hands its input through under the name of its output. */
    private static final class Through extends ComposedSession {
        private boolean released;

        Through(TensorSpec in, TensorSpec out) {
            super("pipe", new Signature(List.of(in), List.of(out)), Ticker.system());
        }

        @Override
        protected Map<String, Tensor> answer(Map<String, Tensor> inputs, Deadline deadline) {
            return Map.of("y", inputs.get("x"));
        }

        @Override
        protected void release() {
            released = true;
        }
    }

    private static Through through(long... shape) {
        return new Through(TensorSpec.of("x", ElementType.FLOAT, shape), TensorSpec.of("y", ElementType.FLOAT, shape));
    }

    @Test
    void samplesAndShapesFollowFromLengthsAsTheyDoInTheEngine() {
        try (InferenceSession engine = Ort.runtime().open(TinyModels.affine(2), SessionOptions.defaults());
                Through pipe = through(-1, 3)) {
            assertThat(pipe.sampleLength()).isEqualTo(engine.sampleLength()).isEqualTo(3);
            for (int length : new int[] {3, 6, 0}) {
                assertThat(pipe.predict(new float[length], 0)).hasSize(engine.predict(new float[length], 0).length);
            }
            for (InferenceSession session : List.of(engine, pipe)) {
                assertThatThrownBy(() -> session.predict(new float[4], 0)).isInstanceOf(InvalidInputException.class);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 3, 6, 0", "-1, -1, 1, 0", "2, -1, 8, 0", "-1, 5, 10, 5", "-1, 0, 0, 0"})
    void onlyLengthsWithOneMeaningAreTaken(long rows, long columns, int length, int sample) {
        try (Through pipe = through(rows, columns)) {
            assertThat(pipe.sampleLength()).isEqualTo(sample);
            if (rows < 0 && columns <= 0) {
                assertThatThrownBy(() -> pipe.predict(new float[length], 0)).hasMessageContaining("(" + length + ")");
            } else {
                assertThat(pipe.predict(new float[length], 0)).hasSize(length);
            }
        }
    }

    @Test
    void plainFloatsNeedFloatTensors() {
        TensorSpec longs = TensorSpec.of("x", ElementType.INT64, -1);
        try (Through pipe = new Through(longs, TensorSpec.of("y", ElementType.INT64, -1))) {
            assertThat(pipe.sampleLength()).isZero();
            assertThatThrownBy(() -> pipe.predict(new float[1], 0)).hasMessageContaining("Maybe give it named tensors");
        }
    }

    @Test
    void inputsAreHeldToTheSignature() {
        try (Through pipe = through(-1, 3)) {
            Tensor fits = Tensor.of(new float[3], 1, 3);
            assertThat(pipe.run(Map.of("x", fits))).containsOnlyKeys("y");
            assertThatThrownBy(() -> pipe.run(Map.of())).hasMessageContaining("Input (x: FLOAT[?,3]) is missing");
            assertThatThrownBy(() -> pipe.run(Map.of("x", fits, "z", fits))).hasMessageContaining("(z)");
            for (Tensor wrong :
                    List.of(Tensor.of(new float[3], 3), Tensor.of(new float[4], 1, 4), Tensor.of(new long[3], 1, 3))) {
                assertThatThrownBy(() -> pipe.run(Map.of("x", wrong)))
                        .as("%s", wrong)
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("cannot take");
            }
        }
    }

    @Test
    void closingWaitsForRunsInFlight() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Through pipe = through(-1);
        CompletableFuture<Boolean> releasedWhileBusy = CompletableFuture.supplyAsync(() -> pipe.whileOpen(() -> {
            inside.countDown();
            try {
                mayEnd.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return pipe.released;
        }));
        inside.await();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(pipe::close);
        mayEnd.countDown();

        assertThat(releasedWhileBusy.get(5, TimeUnit.MINUTES)).isFalse();
        closing.get(5, TimeUnit.MINUTES);
        assertThat(pipe.released).isTrue();
    }
}
