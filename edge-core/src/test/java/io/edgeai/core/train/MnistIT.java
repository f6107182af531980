package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.train.data.TensorData;
import io.edgeai.core.train.optimizer.Schedule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handwritten digits, the full set: 60,000 to learn from, 10,000 to be judged by. Only with {@code -Dedgeai.full=true}. */
class MnistIT {
    private static final int[] WIDTHS = {784, 200, 200, 10};

    private static byte[] content(String name, int header) throws IOException {
        assumeTrue(Boolean.getBoolean("edgeai.full"), "skipped: takes seconds; run with -Dedgeai.full=true");
        Path file = Path.of(System.getProperty("edgeai.testdata", ""), "federated", "mnist", name);
        assumeTrue(Files.exists(file), "skipped: no " + name + " in edgeai.testdata");
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            in.skipNBytes(header);
            return in.readAllBytes();
        }
    }

    private static float[] pixels(String name) throws IOException {
        byte[] bytes = content(name, 16);
        float[] values = new float[bytes.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = ((bytes[i] & 255) / 255f - 0.1307f) / 0.3081f;
        }
        return values;
    }

    private static long[] labels(String name) throws IOException {
        byte[] bytes = content(name, 8);
        long[] values = new long[bytes.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes[i];
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void twoHiddenLayersReadNinetySevenOfAHundredAfterThreeEpochs(long seed) throws IOException {
        TensorData data = TensorData.labelled(
                "x", pixels("train-images-idx3-ubyte.gz"), "label", labels("train-labels-idx1-ubyte.gz"), 784);
        OnnxGraph model = HandMade.model(seed, WIDTHS);
        Tensor test = Tensor.of(pixels("t10k-images-idx3-ubyte.gz"), 10_000, 784);
        Trained trained = Trainer.builder(model, HandMade.crossEntropy(model, WIDTHS))
                .data(data)
                .epochs(3)
                .batchSize(64)
                .seed(seed)
                .schedule(Schedule.constant(0.02))
                .evaluate(Evaluation.accuracy("x", test, labels("t10k-labels-idx1-ubyte.gz")), 1)
                .stop(EarlyStop.atScore(0.97))
                .build()
                .run();

        assertThat(trained.history().best().orElseThrow().score()).isGreaterThanOrEqualTo(0.97);
    }
}
