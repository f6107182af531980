package io.edgeai.samples.convnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmallConvNetTest {
    private static final int SIDE = 8;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void gradientsEqualFiniteDifferences(long seed) {
        Random random = new Random(seed);
        SmallConvNet net = new SmallConvNet(SIDE, 3, seed);
        SmallConvNet.Workspace work = net.new Workspace();
        float[] image = noise(random);
        float[] gradients = new float[net.parameterCount()];
        net.backward(image, 1, work, gradients);

        float[] parameters = net.parameters();
        int wrong = 0;
        int checked = 0;
        for (int trial = 0; trial < 400; trial++) {
            int i = random.nextInt(parameters.length);
            float kept = parameters[i];
            float step = 2e-3f;
            parameters[i] = kept + step;
            double up = net.backward(image, 1, work, new float[net.parameterCount()]);
            parameters[i] = kept - step;
            double down = net.backward(image, 1, work, new float[net.parameterCount()]);
            parameters[i] = kept;
            double numeric = (up - down) / (2 * step);
            checked++;
            if (Math.abs(numeric - gradients[i]) > 5e-3 + .02 * Math.abs(numeric)) {
                wrong++;
            }
        }
        assertThat(wrong)
                .as("of " + checked + " gradients, seed " + seed + "; kinks of ReLU and pooling allow 1 %")
                .isLessThanOrEqualTo(4);
    }

    @Test
    void theExportedModelGivesTheSameLogits() {
        Random random = new Random(5);
        SmallConvNet net = new SmallConvNet(SIDE, 4, 5);
        byte[] onnx = OnnxWriter.toBytes(net.toOnnx());
        try (InferenceSession session =
                Engines.discover().forFormat(ModelFormat.ONNX).open(onnx, SessionOptions.defaults())) {
            for (int i = 0; i < 20; i++) {
                float[] image = noise(random);
                float[] expected = net.forward(image, net.new Workspace()).clone();
                float[] actual = session.predict(image, 0);
                for (int c = 0; c < expected.length; c++) {
                    assertThat(actual[c]).isCloseTo(expected[c], within(1e-4f));
                }
            }
            assertThat(session.sampleLength()).isEqualTo(SIDE * SIDE);
        }
    }

    @Test
    void learnsWhatALineCannotSeparateAndASeedRepeatsToTheBit() {
        float[][] images = new float[240][];
        int[] labels = new int[images.length];
        Random random = new Random(11);
        for (int i = 0; i < images.length; i++) {
            labels[i] = i % 2;
            images[i] = bar(random, labels[i] == 1);
        }
        SmallConvNet net = new SmallConvNet(SIDE, 2, 7);
        List<ConvNetTraining.Epoch> curve = ConvNetTraining.fit(net, images, labels, 6, .05, 3, Progress.NONE);

        SmallConvNet again = new SmallConvNet(SIDE, 2, 7);
        ConvNetTraining.fit(again, images, labels, 6, .05, 3, Progress.NONE);

        assertThat(curve.get(5).loss()).isLessThan(curve.get(0).loss() / 2);
        assertThat(ConvNetTraining.accuracy(net, images, labels)).isGreaterThan(.97);
        assertThat(again.parameters()).containsExactly(net.parameters());
    }

    @Test
    void cancellingStopsTraining() {
        Progress cancelled = new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                return true;
            }
        };
        SmallConvNet net = new SmallConvNet(SIDE, 2, 7);
        float[] before = net.parameters().clone();

        assertThatThrownBy(() -> ConvNetTraining.fit(
                        net, new float[][] {new float[SIDE * SIDE]}, new int[] {0}, 1, .1, 1, cancelled))
                .isInstanceOf(OperationCancelledException.class);
        assertThat(net.parameters()).containsExactly(before);
    }

    @Test
    void impossibleShapesAndUnequalCountsAreNamed() {
        assertThatThrownBy(() -> new SmallConvNet(10, 2, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(10)")
                .hasMessageContaining("Maybe");
        assertThatThrownBy(() -> ConvNetTraining.fit(
                        new SmallConvNet(SIDE, 2, 1), new float[2][SIDE * SIDE], new int[1], 1, .1, 1, Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(2)")
                .hasMessageContaining("(1)");
    }

    private static float[] noise(Random random) {
        float[] image = new float[SIDE * SIDE];
        for (int i = 0; i < image.length; i++) {
            image[i] = (float) random.nextGaussian();
        }
        return image;
    }

    /** A bright row or column at a random place: its place says nothing of the class. */
    private static float[] bar(Random random, boolean upright) {
        float[] image = new float[SIDE * SIDE];
        int at = random.nextInt(SIDE);
        for (int i = 0; i < SIDE; i++) {
            image[upright ? i * SIDE + at : at * SIDE + i] = 1;
        }
        for (int i = 0; i < image.length; i++) {
            image[i] += (float) (.1 * random.nextGaussian());
        }
        return image;
    }
}
