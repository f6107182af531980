package io.edgeai.federated.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.federated.Samples;
import io.edgeai.federated.data.LabelledSet;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DensePassPropertyTest {
    static java.util.stream.LongStream seeds() {
        return java.util.stream.LongStream.rangeClosed(1, 40);
    }

    /** Widths from 1 to 70, so layers of one unit and both sides of the vectorized path are met. */
    @ParameterizedTest
    @MethodSource("seeds")
    void lossAndGradientAreThoseOfPlainMatrices(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] hidden = new int[random.nextInt(4)];
        Arrays.setAll(hidden, i -> width(random));
        DenseNetwork network = DenseNetwork.mlp(width(random), 1 + width(random), hidden);
        LabelledSet data = Samples.clouds(20, network.features(), network.classes(), seed);
        int[] order = random.ints(1 + random.nextInt(12), 0, 20).toArray();
        float[] parameters = gaussians(random, network.layout().size(), 0.4);

        float[] gradient = new float[parameters.length];
        double loss = network.newPass().addGradient(parameters, data, order, 0, order.length, gradient);

        double[] expected = new double[parameters.length];
        double expectedLoss =
                new ReferenceNetwork(network).batch(NaiveNetwork.doubles(parameters), data, order, expected);
        assertThat(loss)
                .as("loss of %s, seed %d", network, seed)
                .isCloseTo(expectedLoss, within(1e-4 * (1 + expectedLoss)));
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) gradient[i])
                    .as("gradient %d of %s, seed %d", i, network, seed)
                    .isCloseTo(expected[i], within(1e-4 * (1 + Math.abs(expected[i]))));
        }
    }

    private static int width(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> 1;
            case 1 -> 1 + random.nextInt(8);
            case 2 -> 30 + random.nextInt(5);
            default -> 1 + random.nextInt(70);
        };
    }

    private static float[] gaussians(SplittableRandom random, int n, double spread) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) (spread * random.nextGaussian());
        }
        return values;
    }

    /** The two independent oracles of this package must themselves agree, or one of them is no oracle. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void backpropagationOfTheReferenceIsItsFiniteDifference(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        DenseNetwork network = DenseNetwork.mlp(3, 3, 1 + random.nextInt(4), 1 + random.nextInt(4));
        LabelledSet data = Samples.clouds(5, 3, 3, seed);
        double[] p = NaiveNetwork.doubles(gaussians(random, network.layout().size(), 0.5));
        double[] gradient = new double[p.length];
        new ReferenceNetwork(network).batch(p, data, new int[] {0, 1, 2, 3, 4}, gradient);
        double[] differences = new NaiveNetwork(network.widths()).gradient(p, data, 0, 1, 2, 3, 4);
        for (int i = 0; i < p.length; i++) {
            assertThat(gradient[i]).as("seed %d, parameter %d", seed, i).isCloseTo(differences[i], within(1e-6));
        }
    }

    /** A gradient of softmax cross-entropy sums to zero over the classes, for each input and for the bias. */
    @ParameterizedTest
    @CsvSource({"1,2", "1,40", "5,2", "30,31", "8,32", "3,33"})
    void gradientsOfTheLastLayerSumToZeroOverClasses(int features, int classes) {
        DenseNetwork network = DenseNetwork.softmax(features, classes);
        LabelledSet data = Samples.clouds(9, features, classes, 7);
        float[] gradient = new float[network.layout().size()];
        int[] order = {0, 1, 2, 3, 4, 5, 6, 7, 8};
        network.newPass()
                .addGradient(gaussians(new SplittableRandom(3), gradient.length, 0.3), data, order, 0, 9, gradient);
        for (int row = 0; row <= features; row++) {
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += gradient[row * classes + c];
            }
            assertThat(sum).as("row %d", row).isCloseTo(0, within(1e-5));
        }
    }

    /** At zero parameters of a regression all is known: p = 1/C, so the gradient of the bias is 1/C − share of the class. */
    @ParameterizedTest
    @CsvSource({"2,4", "3,9", "10,50", "40,40"})
    void atZerosTheBiasGradientIsUniformMinusFrequency(int classes, int size) {
        LabelledSet data = Samples.clouds(size, 4, classes, 11);
        DenseNetwork network = DenseNetwork.softmax(4, classes);
        float[] gradient = new float[network.layout().size()];
        int[] order = java.util.stream.IntStream.range(0, size).toArray();
        double loss = network.newPass().addGradient(new float[gradient.length], data, order, 0, size, gradient);
        assertThat(loss).isCloseTo(size * Math.log(classes), within(1e-9 * size));
        int[] counts = data.labelCounts();
        for (int c = 0; c < classes; c++) {
            assertThat((double) gradient[4 * classes + c])
                    .as("class %d", c)
                    .isCloseTo(1.0 / classes - counts[c] / (double) size, within(1e-6));
        }
    }

    /** A dead hidden layer lets nothing through: only the last bias has a gradient. */
    @Test
    void deadUnitsGetNoGradient() {
        DenseNetwork network = DenseNetwork.mlp(3, 2, 4);
        float[] parameters = gaussians(new SplittableRandom(1), network.layout().size(), 0.1);
        Arrays.fill(parameters, 12, 16, -1e6f);
        float[] gradient = new float[parameters.length];
        LabelledSet data = Samples.clouds(6, 3, 2, 2);
        network.newPass().addGradient(parameters, data, new int[] {0, 1, 2, 3, 4, 5}, 0, 6, gradient);
        assertThat(Arrays.copyOfRange(gradient, 0, 24)).containsOnly(0);
        assertThat(Math.abs(gradient[24])).isGreaterThan(0).isEqualTo(Math.abs(gradient[25]));
    }

    /** Scratch memory of one sample must not reach into the next. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aPassForgetsItsLastSample(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        DenseNetwork network = DenseNetwork.mlp(10, 3, 35, 4);
        LabelledSet data = Samples.clouds(30, 10, 3, seed);
        float[] parameters = gaussians(random, network.layout().size(), 0.5);
        GradientPass used = network.newPass();
        float[] fresh = new float[3];
        float[] again = new float[3];
        for (int i = 0; i < 30; i++) {
            int sample = random.nextInt(30);
            used.logits(parameters, data.values(), data.offset(sample), again);
            network.newPass().logits(parameters, data.values(), data.offset(sample), fresh);
            assertThat(again).as("seed %d, sample %d", seed, sample).isEqualTo(fresh);
        }
    }

    /** The batch is {@code order[from] … order[to − 1]} and nothing else. */
    @ParameterizedTest
    @CsvSource({"0,1", "2,3", "1,6", "5,8", "0,8"})
    void onlyTheBatchCounts(int from, int to) {
        DenseNetwork network = DenseNetwork.mlp(4, 3, 5);
        LabelledSet data = Samples.clouds(12, 4, 3, 5);
        float[] parameters = gaussians(new SplittableRandom(8), network.layout().size(), 0.5);
        int[] order = {11, 0, 3, 3, 7, 9, 1, 2};
        float[] part = new float[parameters.length];
        double loss = network.newPass().addGradient(parameters, data, order, from, to, part);
        double[] expected = new double[parameters.length];
        double expectedLoss = new ReferenceNetwork(network)
                .batch(NaiveNetwork.doubles(parameters), data, Arrays.copyOfRange(order, from, to), expected);
        assertThat(loss).isCloseTo(expectedLoss, within(1e-4));
        for (int i = 0; i < part.length; i++) {
            assertThat((double) part[i]).isCloseTo(expected[i], within(1e-5));
        }
    }

    /** Views look through to other rows of the same array. */
    @Test
    void viewsTrainLikeCopies() {
        LabelledSet all = Samples.clouds(30, 6, 3, 9);
        LabelledSet view = all.select(29, 3, 3, 14, 0).range(1, 5);
        float[][] rows = new float[4][];
        int[] labels = new int[4];
        for (int i = 0; i < 4; i++) {
            rows[i] = view.sample(i);
            labels[i] = view.label(i);
        }
        LabelledSet copy = LabelledSet.of(rows, labels, 3);
        DenseNetwork network = DenseNetwork.mlp(6, 3, 7);
        SgdSettings settings = new SgdSettings(3, 2, 0.1, 0.5, 0.01, 0.2);
        float[] byView = network.initialParameters(1);
        float[] byCopy = byView.clone();
        new Trainer(network).train(byView, view, settings, 5);
        new Trainer(network).train(byCopy, copy, settings, 5);
        assertThat(byView).isEqualTo(byCopy);
    }
}
