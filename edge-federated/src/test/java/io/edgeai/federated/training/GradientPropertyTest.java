package io.edgeai.federated.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.federated.Samples;
import io.edgeai.federated.data.LabelledSet;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradientPropertyTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void gradientIsWhatFiniteDifferencesSay(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int features = 1 + random.nextInt(9);
        int classes = 2 + random.nextInt(4);
        int[] hidden = new int[(int) (seed % 4)];
        Arrays.setAll(hidden, i -> 3 + random.nextInt(5));
        check(seed, random, DenseNetwork.mlp(features, classes, hidden));
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12})
    void wideLayersTakeAnotherPathToTheSameGradient(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        check(seed, random, DenseNetwork.mlp(6, 3, 33, 35));
    }

    private static void check(long seed, SplittableRandom random, DenseNetwork network) {
        LabelledSet data = Samples.clouds(12, network.features(), network.classes(), seed);
        float[] parameters = new float[network.layout().size()];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = (float) (0.5 * random.nextGaussian());
        }
        int[] order = {3, 7, 7, 0, 11, 5};
        float[] gradient = new float[parameters.length];

        double loss = network.newPass().addGradient(parameters, data, order, 1, 5, gradient);

        NaiveNetwork naive = new NaiveNetwork(network.widths());
        double[] p = NaiveNetwork.doubles(parameters);
        int[] batch = Arrays.copyOfRange(order, 1, 5);
        assertThat(loss / 4).as("loss, seed %d", seed).isCloseTo(naive.loss(p, data, batch), within(1e-4));
        double[] expected = naive.gradient(p, data, batch);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) gradient[i])
                    .as("gradient %d of %s, seed %d", i, network, seed)
                    .isCloseTo(expected[i], within(2e-4 * Math.max(1, Math.abs(expected[i]))));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23})
    void gradientIsAddedToWhatIsThere(long seed) {
        DenseNetwork network = DenseNetwork.mlp(5, 3, 4);
        LabelledSet data = Samples.clouds(6, 5, 3, seed);
        float[] parameters = network.initialParameters(seed);
        int[] order = {0, 1, 2, 3, 4, 5};
        float[] once = new float[parameters.length];
        float[] twice = new float[parameters.length];
        GradientPass pass = network.newPass();
        pass.addGradient(parameters, data, order, 0, 6, once);
        pass.addGradient(parameters, data, order, 0, 6, twice);
        pass.addGradient(parameters, data, order, 0, 6, twice);
        for (int i = 0; i < once.length; i++) {
            assertThat(twice[i]).as("seed %d", seed).isCloseTo(2 * once[i], within(1e-5f));
        }
    }
}
