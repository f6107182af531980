package io.edgeai.federated.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.Samples;
import io.edgeai.federated.data.LabelledSet;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainerTest {
    private final DenseNetwork network = DenseNetwork.mlp(4, 3, 5);
    private final LabelledSet data = Samples.clouds(8, 4, 3, 5);

    /** Full batches make the order of samples irrelevant, so the textbook needs no random generator. */
    @ParameterizedTest
    @CsvSource({"0,0,0", "0.9,0,0", "0,0.1,0", "0,0,0.5", "0.7,0.05,0.3"})
    void stepsAreThoseOfTheTextbook(double momentum, double decay, double mu) {
        float[] start = network.initialParameters(3);
        float[] trained = start.clone();
        SgdSettings settings = new SgdSettings(4, 8, 0.2, momentum, decay, mu);
        new Trainer(network).train(trained, data, settings, 1);

        NaiveNetwork naive = new NaiveNetwork(network.widths());
        double[] w = NaiveNetwork.doubles(start);
        double[] v = new double[w.length];
        for (int epoch = 0; epoch < 4; epoch++) {
            double[] g = naive.gradient(w, data, 0, 1, 2, 3, 4, 5, 6, 7);
            for (int i = 0; i < w.length; i++) {
                v[i] = momentum * v[i] + g[i] + decay * w[i] + mu * (w[i] - start[i]);
            }
            for (int i = 0; i < w.length; i++) {
                w[i] -= 0.2 * v[i];
            }
        }
        for (int i = 0; i < w.length; i++) {
            assertThat((double) trained[i]).as("parameter %d", i).isCloseTo(w[i], within(1e-4));
        }
    }

    @Test
    void sameSeedSameBitsAndAnotherSeedAnotherOrder() {
        SgdSettings settings = SgdSettings.defaults().batchSize(3).epochs(2);
        assertThat(trained(settings, 1)).isEqualTo(trained(settings, 1)).isNotEqualTo(trained(settings, 2));
    }

    @Test
    void aTrainerCarriesNothingFromOneTrainingToTheNext() {
        SgdSettings settings = new SgdSettings(2, 3, 0.1, 0.9, 0.01, 0.5);
        Trainer used = new Trainer(network);
        used.train(network.initialParameters(9), Samples.clouds(20, 4, 3, 8), settings, 77);
        float[] second = network.initialParameters(3);
        used.train(second, data, settings, 1);
        assertThat(second).isEqualTo(trained(settings, 1));
    }

    @Test
    void proximalTermOfZeroIsExactlyAbsent() {
        SgdSettings settings = SgdSettings.defaults().batchSize(2).epochs(3);
        assertThat(trained(settings.mu(0), 4)).isEqualTo(trained(settings, 4));
        assertThat(trained(settings.mu(0.1), 4)).isNotEqualTo(trained(settings, 4));
    }

    @Test
    void proximalTermKeepsParametersNearTheirStart() {
        SgdSettings settings = SgdSettings.defaults().learningRate(0.1).epochs(30);
        assertThat(distance(trained(settings.mu(3), 1))).isLessThan(0.6 * distance(trained(settings, 1)));
    }

    @Test
    void everySampleOfAnEpochCountsOnceAlsoInAShortLastBatch() {
        DenseNetwork softmax = DenseNetwork.softmax(4, 3);
        double loss = new Trainer(softmax)
                .train(
                        new float[softmax.layout().size()],
                        data,
                        SgdSettings.defaults().batchSize(3).learningRate(1e-12),
                        1);
        assertThat(loss).isCloseTo(Math.log(3), within(1e-6));
    }

    @Test
    void evaluationCountsAndAverages() {
        DenseNetwork softmax = DenseNetwork.softmax(1, 2);
        float[] parameters = {-1, 1, 0, 0};
        LabelledSet set = LabelledSet.of(new float[] {2, -2, 1, 0}, 1, new int[] {1, 0, 0, 0}, 2);
        Evaluation evaluation = new Trainer(softmax).evaluate(parameters, set);
        double expected = (2 * Math.log1p(Math.exp(-4)) + 2 + Math.log1p(Math.exp(-2)) + Math.log(2)) / 4;
        assertThat(evaluation.loss()).isCloseTo(expected, within(1e-6));
        assertThat(evaluation.accuracy()).isEqualTo(0.75);
        assertThat(evaluation.samples()).isEqualTo(4);
    }

    @Test
    void predictionsAreProbabilities() {
        Trainer trainer = new Trainer(network);
        float[] parameters = network.initialParameters(3);
        float[] probabilities = trainer.predict(parameters, data.sample(0));
        double[] z = new NaiveNetwork(network.widths()).logits(NaiveNetwork.doubles(parameters), data.sample(0));
        double total = Arrays.stream(z).map(Math::exp).sum();
        for (int c = 0; c < 3; c++) {
            assertThat((double) probabilities[c]).isCloseTo(Math.exp(z[c]) / total, within(1e-6));
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Trainer trainer = new Trainer(network);
        float[] parameters = network.initialParameters(1);
        SgdSettings settings = SgdSettings.defaults();
        assertThatThrownBy(() -> trainer.train(new float[3], data, settings, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("not (3)");
        assertThatThrownBy(() -> trainer.train(parameters, Samples.clouds(5, 9, 3, 1), settings, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("9 features");
        assertThatThrownBy(() -> trainer.train(parameters, data.range(0, 0), settings, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("without samples");
        assertThatThrownBy(() -> trainer.evaluate(parameters, data.range(0, 0)))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> trainer.predict(parameters, new float[3]))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("takes 4 values");
    }

    private float[] trained(SgdSettings settings, long seed) {
        float[] parameters = network.initialParameters(3);
        new Trainer(network).train(parameters, data, settings, seed);
        return parameters;
    }

    private double distance(float[] parameters) {
        float[] start = network.initialParameters(3);
        double sum = 0;
        for (int i = 0; i < start.length; i++) {
            sum += Math.pow(parameters[i] - start[i], 2);
        }
        return Math.sqrt(sum);
    }
}
