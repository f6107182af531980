package io.edgeai.samples.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.samples.Graphs;
import io.edgeai.samples.data.IdxFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictorTest {
    @TempDir
    Path dir;

    private static TensorSpec spec(String name, long... dims) {
        return TensorSpec.of(name, ElementType.FLOAT, dims);
    }

    private static Tensor noise(Random random, long... shape) {
        float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(1000); // sums of these are exact
        }
        return Tensor.of(values, shape);
    }

    private static Map<String, Tensor> run(RowSession session, int perRun, Object... namesAndTensors) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTensors.length; i += 2) {
            tensors.put((String) namesAndTensors[i], (Tensor) namesAndTensors[i + 1]);
        }
        return Predictor.run(session, InputBinding.of(session.signature(), tensors), perRun, Progress.NONE);
    }

    /** For any number of samples and any size of a run: as many runs as needed, none too large, the same answers. */
    @Test
    void anyBatchSizeGivesTheAnswersOfSingleRuns() {
        long seed = 40;
        Random random = new Random(seed);
        for (int samples = 1; samples <= 9; samples++) {
            Tensor a = noise(random, samples, 2, 2);
            Tensor b = noise(random, samples, 3);
            float[] expected = new float[samples];
            for (int s = 0; s < samples; s++) {
                for (int i = 0; i < 4; i++) {
                    expected[s] += a.floats()[s * 4 + i];
                }
                for (int i = 0; i < 3; i++) {
                    expected[s] += b.floats()[s * 3 + i];
                }
            }
            for (int perRun = 0; perRun <= 10; perRun++) {
                RowSession session = RowSession.batched(spec("a", -1, 2, 2), spec("b", -1, 3));
                Map<String, Tensor> outputs = run(session, perRun, "a", a, "b", b);

                String where = "seed " + seed + ", " + samples + " samples, " + perRun + " in one run";
                assertThat(outputs.get("sum").floats()).as(where).containsExactly(expected);
                assertThat(outputs.get("twice").shape()).as(where).containsExactly(samples, 2, 2);
                int most = perRun == 0 ? samples : perRun;
                assertThat(session.runs).as(where).hasSize((samples + most - 1) / most);
                assertThat(session.runSizes()).as(where).allMatch(size -> size <= most);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1, 5, 100})
    void aModelThatFixesItsRunDecidesItself(int perRun) {
        Tensor data = noise(new Random(41), 12, 2);
        RowSession session = RowSession.batched(spec("a", 4, 2));
        Map<String, Tensor> outputs = run(session, perRun, "a", data);

        assertThat(session.runSizes()).containsExactly(4L, 4L, 4L);
        assertThat(outputs.get("twice").shape()).containsExactly(12, 2);
    }

    @Test
    void modelsWithoutSamplesRunOnceForEachRowAndAreStacked() {
        Tensor data = noise(new Random(42), 5, 6);
        RowSession session = RowSession.single(spec("a", 2, 3));
        Map<String, Tensor> outputs = run(session, -1, "a", data);

        assertThat(session.runs)
                .hasSize(5)
                .allMatch(r -> Arrays.equals(r.get("a").shape(), new long[] {2, 3}));
        assertThat(outputs.get("sum").shape()).containsExactly(5);
        assertThat(outputs.get("twice").shape()).containsExactly(5, 2, 3);
        for (int s = 0; s < 5; s++) {
            float sum = 0;
            for (int i = 0; i < 6; i++) {
                sum += data.floats()[s * 6 + i];
            }
            assertThat(outputs.get("sum").floats()[s]).isEqualTo(sum);
        }
    }

    @Test
    void inputsThatAreNoSamplesGoWholeIntoEveryRun() {
        Tensor data = noise(new Random(43), 6, 2);
        Tensor constant = Tensor.of(new float[] {7}, 1);
        RowSession session = RowSession.batched(spec("a", -1, 2), spec("scale", 1));
        run(session, 2, "a", data, "scale", constant);

        assertThat(session.runs)
                .hasSize(3)
                .allSatisfy(r -> assertThat(r.get("scale").floats()).containsExactly(7f));
    }

    /** Rows of samples are cut into runs of 256 by themselves, plain tensors are not. */
    @Test
    void onlyDataThatSaysItHoldsSamplesIsCutUnasked() {
        Tensor data = noise(new Random(44), 600, 2);
        RowSession plain = RowSession.batched(spec("a", -1, 2));
        run(plain, -1, "a", data);
        assertThat(plain.runSizes()).containsExactly(600L);

        Path file = dir.resolve("a.idx");
        IdxFile.write(data, file);
        RowSession rows = RowSession.batched(spec("a", -1, 2));
        InputBinding binding = InputBinding.of(rows.signature(), List.of(file.toString()), InputData.Reading.DEFAULT);
        Map<String, Tensor> outputs = Predictor.run(rows, binding, -1, Progress.NONE);
        assertThat(rows.runSizes()).containsExactly(256L, 256L, 88L);
        assertThat(outputs.get("twice").shape()).containsExactly(600, 2);
    }

    @Test
    void progressCountsSamplesAndCancelsBetweenRuns() {
        Tensor data = noise(new Random(45), 10, 1);
        RowSession session = RowSession.batched(spec("a", -1, 1));
        InputBinding binding = InputBinding.of(session.signature(), Map.of("a", data));
        List<String> seen = new ArrayList<>();
        Predictor.run(session, binding, 4, (phase, done, total) -> seen.add(phase + " " + done + "/" + total));
        assertThat(seen).containsExactly("infer 0/10", "infer 4/10", "infer 8/10", "infer 10/10");

        RowSession stopped = RowSession.batched(spec("a", -1, 1));
        Progress cancelling = new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                return stopped.runs.size() == 2;
            }
        };
        assertThatThrownBy(() ->
                        Predictor.run(stopped, InputBinding.of(stopped.signature(), Map.of("a", data)), 3, cancelling))
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("6 samples");
    }

    @Test
    void inputsThatDisagreeAreNamed() {
        assertThatThrownBy(() -> run(
                        RowSession.batched(spec("a", 2, 3), spec("b", 3, 3)),
                        -1,
                        "a",
                        Tensor.allocate(ElementType.FLOAT, 12, 3),
                        "b",
                        Tensor.allocate(ElementType.FLOAT, 12, 3)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(2, 3)");
        assertThatThrownBy(() -> run(
                        RowSession.batched(spec("a", 2, 3), spec("b", -1, 3)),
                        -1,
                        "a",
                        Tensor.allocate(ElementType.FLOAT, 12, 3),
                        "b",
                        Tensor.allocate(ElementType.FLOAT, 10, 3)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("12")
                .hasMessageContaining("10");
    }

    /** The same on a real engine: y = 2x + 1, whatever the cut. */
    @Test
    void aRealEngineAgreesForEveryCut() {
        Random random = new Random(46);
        try (InferenceSession session = Engines.discover()
                .forFormat(ModelFormat.ONNX)
                .open(OnnxWriter.toBytes(Graphs.affine(Dim.symbolic("N"), Dim.of(3))), SessionOptions.defaults())) {
            Tensor data = noise(random, 11, 3);
            float[] expected = data.floats();
            for (int i = 0; i < expected.length; i++) {
                expected[i] = 2 * expected[i] + 1;
            }
            for (int perRun : new int[] {-1, 0, 1, 2, 3, 4, 10, 11, 12}) {
                InputBinding binding = InputBinding.of(session.signature(), Map.of("x", data));
                Tensor y =
                        Predictor.run(session, binding, perRun, Progress.NONE).get("y");
                assertThat(y.shape()).as("%d in one run", perRun).containsExactly(11, 3);
                assertThat(y.floats()).as("%d in one run", perRun).containsExactly(expected);
            }
        }
    }
}
