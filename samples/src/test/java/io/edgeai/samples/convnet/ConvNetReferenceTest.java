package io.edgeai.samples.convnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConvNetReferenceTest {
    private static final double STEP = 1e-6;

    private static float[] noise(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static double dot(double[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    @ParameterizedTest
    @CsvSource({"1,1,2", "1,3,4", "2,1,4", "3,5,6", "4,2,8", "1,16,12"})
    void aBlockEqualsConvolutionAndPoolingByDefinition(int in, int out, int side) {
        long seed = 31L * in + out;
        Random random = new Random(seed);
        ConvBlock block = new ConvBlock(in, out, side, 7); // an offset, as layers behind others have
        float[] parameters = noise(random, 7 + block.parameterCount());
        for (int round = 0; round < 10; round++) {
            float[] input = noise(random, in * side * side);
            ConvBlock.Buffers work = block.new Buffers();
            block.forward(parameters, input, work);
            double[] expected = ReferenceNet.pooled(
                    ReferenceNet.convolution(
                            ReferenceNet.widened(parameters), 7, ReferenceNet.widened(input), in, out, side),
                    out,
                    side);
            assertThat(work.output).hasSize(expected.length);
            for (int i = 0; i < expected.length; i++) {
                assertThat((double) work.output[i]).as("seed %d", seed).isCloseTo(expected[i], within(1e-4));
            }
        }
    }

    /** The gradient of w·output for random w, against central differences of the double reference. */
    @ParameterizedTest
    @CsvSource({"1,2,4", "2,3,4", "3,2,6"})
    void theGradientOfABlockEqualsFiniteDifferences(int in, int out, int side) {
        long seed = 17L * in + out;
        Random random = new Random(seed);
        ConvBlock block = new ConvBlock(in, out, side, 3);
        float[] parameters = noise(random, 3 + block.parameterCount());
        float[] input = noise(random, in * side * side);
        float[] weight = noise(random, block.outputLength());
        ConvBlock.Buffers work = block.new Buffers();
        float[] gradients = new float[parameters.length];
        block.forward(parameters, input, work);
        block.backward(parameters, weight, work, gradients, true);

        double[] wide = ReferenceNet.widened(parameters);
        double[] image = ReferenceNet.widened(input);
        for (int i = 3; i < wide.length; i++) {
            double kept = wide[i];
            wide[i] = kept + STEP;
            double up = dot(
                    ReferenceNet.pooled(ReferenceNet.convolution(wide, 3, image, in, out, side), out, side), weight);
            wide[i] = kept - STEP;
            double down = dot(
                    ReferenceNet.pooled(ReferenceNet.convolution(wide, 3, image, in, out, side), out, side), weight);
            wide[i] = kept;
            assertThat((double) gradients[i])
                    .as("seed %d, parameter %d", seed, i)
                    .isCloseTo((up - down) / (2 * STEP), within(1e-3));
        }
        for (int i = 0; i < image.length; i++) {
            double kept = image[i];
            image[i] = kept + STEP;
            double up = dot(
                    ReferenceNet.pooled(ReferenceNet.convolution(wide, 3, image, in, out, side), out, side), weight);
            image[i] = kept - STEP;
            double down = dot(
                    ReferenceNet.pooled(ReferenceNet.convolution(wide, 3, image, in, out, side), out, side), weight);
            image[i] = kept;
            assertThat((double) work.inputGradient[i])
                    .as("seed %d, pixel %d", seed, i)
                    .isCloseTo((up - down) / (2 * STEP), within(1e-3));
        }
        assertThat(gradients).startsWith(0, 0, 0);
    }

    @Test
    void theGradientOfADenseLayerIsTheOuterProductAndIsAdded() {
        Random random = new Random(44);
        for (int round = 0; round < 30; round++) {
            int in = 1 + random.nextInt(6);
            int out = 1 + random.nextInt(6);
            DenseLayer layer = new DenseLayer(in, out, 2);
            float[] parameters = noise(random, 2 + layer.parameterCount());
            float[] input = noise(random, in);
            input[random.nextInt(in)] = 0;
            float[] slope = noise(random, out);
            float[] output = new float[out];
            layer.forward(parameters, input, output);
            double[] expected =
                    ReferenceNet.dense(ReferenceNet.widened(parameters), 2, ReferenceNet.widened(input), out);
            float[] gradients = new float[parameters.length];
            Arrays.fill(gradients, 10);
            float[] back = new float[in];
            layer.backward(parameters, input, slope, gradients, back);

            for (int o = 0; o < out; o++) {
                assertThat((double) output[o]).isCloseTo(expected[o], within(1e-5));
                assertThat(gradients[2 + in * out + o]).isCloseTo(10 + slope[o], within(1e-5f));
            }
            for (int i = 0; i < in; i++) {
                double sum = 0;
                for (int o = 0; o < out; o++) {
                    sum += parameters[2 + i * out + o] * slope[o];
                    assertThat(gradients[2 + i * out + o]).isCloseTo(10 + input[i] * slope[o], within(1e-5f));
                }
                assertThat((double) back[i]).isCloseTo(sum, within(1e-5));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"4,2", "8,3", "12,5"})
    void theWholeNetworkEqualsTheReference(int side, int classes) {
        Random random = new Random(side);
        SmallConvNet net = new SmallConvNet(side, classes, side);
        ReferenceNet reference = new ReferenceNet(side, classes, ReferenceNet.widened(net.parameters()));
        for (int round = 0; round < 10; round++) {
            float[] image = noise(random, side * side);
            double[] expected = reference.logits(ReferenceNet.widened(image));
            float[] logits = net.forward(image, net.new Workspace());
            int best = 0;
            for (int c = 0; c < classes; c++) {
                assertThat((double) logits[c]).isCloseTo(expected[c], within(1e-3));
                best = expected[c] > expected[best] ? c : best;
            }
            assertThat(net.classify(image)).isEqualTo(best);
            int label = random.nextInt(classes);
            double loss = net.backward(image, label, net.new Workspace(), new float[net.parameterCount()]);
            assertThat(loss).isCloseTo(reference.loss(ReferenceNet.widened(image), label), within(1e-3));
        }
    }

    /** Every layer's share of the parameters is probed, in double, where kinks of ReLU and pooling are rare. */
    @Test
    void theGradientOfTheWholeNetworkEqualsFiniteDifferences() {
        long seed = 45;
        Random random = new Random(seed);
        SmallConvNet net = new SmallConvNet(4, 3, seed);
        float[] image = noise(random, 16);
        float[] gradients = new float[net.parameterCount()];
        net.backward(image, 2, net.new Workspace(), gradients);
        double[] wide = ReferenceNet.widened(net.parameters());
        ReferenceNet reference = new ReferenceNet(4, 3, wide);
        double[] input = ReferenceNet.widened(image);
        int[] ends = {0, 288, 320, 18752, 18816, 22912, 22976, 23168, 23171};
        assertThat(net.parameterCount()).isEqualTo(23171);
        for (int part = 0; part + 1 < ends.length; part++) {
            for (int probe = 0; probe < 60; probe++) {
                int i = ends[part] + random.nextInt(ends[part + 1] - ends[part]);
                double kept = wide[i];
                wide[i] = kept + STEP;
                double up = reference.loss(input, 2);
                wide[i] = kept - STEP;
                double down = reference.loss(input, 2);
                wide[i] = kept;
                assertThat((double) gradients[i])
                        .as("seed %d, parameter %d", seed, i)
                        .isCloseTo((up - down) / (2 * STEP), within(2e-4));
            }
        }
    }

    /** v ← 0.9 v − η g, w ← w + v with η falling along a cosine (Polyak 1964; Loshchilov and Hutter 2017). */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 32})
    void trainingStepsFollowTheTextbookRecurrence(int samples) {
        Random random = new Random(46);
        float[][] images = new float[samples][];
        int[] labels = new int[samples];
        for (int i = 0; i < samples; i++) {
            images[i] = noise(random, 16);
            labels[i] = random.nextInt(3);
        }
        int epochs = 5;
        double rate = 0.02;
        SmallConvNet trained = new SmallConvNet(4, 3, 9);
        List<ConvNetTraining.Epoch> curve =
                ConvNetTraining.fit(trained, images, labels, epochs, rate, 1, Progress.NONE);

        SmallConvNet manual = new SmallConvNet(4, 3, 9);
        double[] velocity = new double[manual.parameterCount()];
        List<Double> losses = new ArrayList<>();
        for (int epoch = 0; epoch < epochs; epoch++) {
            float[] sum = new float[velocity.length];
            double loss = 0;
            for (int i = 0; i < samples; i++) {
                loss += manual.backward(images[i], labels[i], manual.new Workspace(), sum);
            }
            losses.add(loss / samples);
            double eta = rate / 2 * (1 + Math.cos(Math.PI * epoch / epochs));
            for (int i = 0; i < velocity.length; i++) {
                velocity[i] = 0.9 * velocity[i] - eta * sum[i] / samples;
                manual.parameters()[i] += (float) velocity[i];
            }
        }
        for (int epoch = 0; epoch < epochs; epoch++) {
            assertThat(curve.get(epoch).epoch()).isEqualTo(epoch + 1);
            assertThat(curve.get(epoch).loss()).isCloseTo(losses.get(epoch), within(1e-4));
        }
        for (int i = 0; i < velocity.length; i++) {
            assertThat(trained.parameters()[i]).isCloseTo(manual.parameters()[i], within(2e-5f));
        }
    }

    /** He et al. 2015: weights of variance 2 / fan-in, biases 0. */
    @Test
    void initialWeightsHaveTheVarianceOfHe() {
        float[] parameters = new SmallConvNet(16, 10, 3).parameters();
        int[][] layers = {{0, 288, 9}, {320, 18432, 288}, {18816, 1024 * 64, 1024}, {18816 + 1025 * 64, 640, 64}};
        for (int[] layer : layers) {
            double squares = 0;
            for (int i = layer[0]; i < layer[0] + layer[1]; i++) {
                squares += parameters[i] * parameters[i];
            }
            double share = squares / layer[1] / (2.0 / layer[2]);
            // the relative standard error of a variance of n numbers is √(2/n); five of them
            assertThat(share).isCloseTo(1, within(5 * Math.sqrt(2.0 / layer[1])));
        }
        for (int i = 288; i < 320; i++) {
            assertThat(parameters[i]).isZero();
        }
    }

    @Test
    void wrongLabelsAndImagesAreNamed() {
        SmallConvNet net = new SmallConvNet(4, 3, 1);
        float[] before = net.parameters().clone();
        assertThatThrownBy(() -> ConvNetTraining.fit(net, new float[2][16], new int[] {0, 3}, 1, .1, 1, Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(3)");
        assertThatThrownBy(() -> ConvNetTraining.fit(
                        net, new float[][] {new float[16], new float[9]}, new int[2], 1, .1, 1, Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(9)");
        assertThatThrownBy(() -> ConvNetTraining.fit(net, new float[1][16], new int[1], 0, .1, 1, Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(0)");
        assertThat(net.parameters()).containsExactly(before);
    }
}
