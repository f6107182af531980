package io.edgeai.federated.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.Samples;
import io.edgeai.federated.data.LabelledSet;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerPropertyTest {
    static LongStream seeds() {
        return LongStream.rangeClosed(1, 16);
    }

    /** Mini-batches in the order the documented generator gives: Fisher–Yates from the end, once an epoch, going on. */
    @ParameterizedTest
    @MethodSource("seeds")
    void trainingIsTheTextbookStepByStep(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int size = 1 + random.nextInt(25);
        DenseNetwork network = random.nextBoolean()
                ? DenseNetwork.softmax(1 + random.nextInt(6), 2 + random.nextInt(4))
                : DenseNetwork.mlp(1 + random.nextInt(6), 2 + random.nextInt(4), 1 + random.nextInt(9));
        LabelledSet data = Samples.clouds(size, network.features(), network.classes(), seed);
        SgdSettings settings = new SgdSettings(
                1 + random.nextInt(4),
                1 + random.nextInt(30),
                0.02 + 0.1 * random.nextDouble(),
                random.nextInt(2) * 0.8 * random.nextDouble(),
                random.nextInt(2) * 0.1 * random.nextDouble(),
                random.nextInt(2) * random.nextDouble());
        float[] start = new float[network.layout().size()];
        for (int i = 0; i < start.length; i++) {
            start[i] = (float) (0.3 * random.nextGaussian());
        }
        float[] trained = start.clone();
        double loss = new Trainer(network).train(trained, data, settings, seed);

        double[] w = NaiveNetwork.doubles(start);
        double expectedLoss = textbook(network, w, data, settings, seed);
        assertThat(loss).as("loss, seed %d, %s", seed, settings).isCloseTo(expectedLoss, within(1e-3));
        for (int i = 0; i < w.length; i++) {
            assertThat((double) trained[i])
                    .as("parameter %d of %s, seed %d, %s", i, network, seed, settings)
                    .isCloseTo(w[i], within(1e-3));
        }
    }

    private static double textbook(DenseNetwork network, double[] w, LabelledSet data, SgdSettings s, long seed) {
        ReferenceNetwork reference = new ReferenceNetwork(network);
        SplittableRandom random = new SplittableRandom(seed);
        double[] start = w.clone();
        double[] v = new double[w.length];
        int[] order = new int[data.size()];
        Arrays.setAll(order, i -> i);
        double loss = 0;
        for (int epoch = 0; epoch < s.epochs(); epoch++) {
            for (int i = order.length - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                int swap = order[i];
                order[i] = order[j];
                order[j] = swap;
            }
            loss = 0;
            for (int from = 0; from < order.length; from += s.batchSize()) {
                double[] g = new double[w.length];
                int[] batch = Arrays.copyOfRange(order, from, Math.min(order.length, from + s.batchSize()));
                loss += reference.batch(w, data, batch, g);
                for (int i = 0; i < w.length; i++) {
                    v[i] = s.momentum() * v[i] + g[i] + s.weightDecay() * w[i] + s.mu() * (w[i] - start[i]);
                }
                for (int i = 0; i < w.length; i++) {
                    w[i] -= s.learningRate() * v[i];
                }
            }
        }
        return loss / order.length;
    }

    /** A huge batch size must not overflow past the end of the set. */
    @ParameterizedTest
    @ValueSource(ints = {7, 8, 1000, Integer.MAX_VALUE})
    void aBatchLargerThanTheSetIsTheSet(int batch) {
        DenseNetwork network = DenseNetwork.softmax(3, 2);
        LabelledSet data = Samples.clouds(7, 3, 2, 1);
        SgdSettings settings = SgdSettings.defaults().epochs(3);
        float[] whole = new float[8];
        float[] more = new float[8];
        new Trainer(network).train(whole, data, settings.batchSize(7), 1);
        new Trainer(network).train(more, data, settings.batchSize(batch), 1);
        assertThat(more).isEqualTo(whole);
    }

    /** One sample: the first logistic step from zeros is rate · x · (1 − 1/2) towards its class. */
    @Test
    void theFirstStepFromZerosIsKnown() {
        float[] parameters = new float[6];
        LabelledSet one = LabelledSet.of(new float[] {2, -4}, 2, new int[] {1}, 2);
        double loss = new Trainer(DenseNetwork.softmax(2, 2))
                .train(parameters, one, SgdSettings.defaults().learningRate(0.5), 1);
        assertThat(loss).isCloseTo(Math.log(2), within(1e-12));
        assertThat(parameters).containsExactly(-0.5f, 0.5f, 1, -1, -0.25f, 0.25f);
    }

    /** With only decay and pull acting, the optimum of a set whose gradient vanishes is the start. */
    @ParameterizedTest
    @CsvSource({"0.1,5", "0.5,3", "0.01,8"})
    void weightDecayShrinksGeometricallyWhereThereIsNoGradient(double decay, int epochs) {
        DenseNetwork network = DenseNetwork.softmax(1, 2);
        float[] parameters = {4, 4, 0, 0};
        LabelledSet balanced = LabelledSet.of(new float[] {1, 1}, 1, new int[] {0, 1}, 2);
        new Trainer(network).train(parameters, balanced, new SgdSettings(epochs, 2, 0.5, 0, decay, 0), 1);
        assertThat((double) parameters[0]).isCloseTo(4 * Math.pow(1 - 0.5 * decay, epochs), within(1e-5));
        assertThat(parameters[1]).isEqualTo(parameters[0]);
    }

    /** Logistic regression on one balanced feature has the optimum log-odds: 3 of 4 right gives weight log 3 / 2. */
    @Test
    void longTrainingReachesTheKnownOptimum() {
        LabelledSet data =
                LabelledSet.of(new float[] {1, 1, 1, 1, -1, -1, -1, -1}, 1, new int[] {1, 1, 1, 0, 0, 0, 0, 1}, 2);
        float[] parameters = new float[4];
        new Trainer(DenseNetwork.softmax(1, 2)).train(parameters, data, new SgdSettings(2000, 8, 0.5, 0, 0, 0), 1);
        assertThat((double) parameters[1] - parameters[0]).isCloseTo(Math.log(3), within(1e-3));
        assertThat((double) parameters[3] - parameters[2]).isCloseTo(0, within(1e-3));
        Evaluation evaluation = new Trainer(DenseNetwork.softmax(1, 2)).evaluate(parameters, data);
        assertThat(evaluation.accuracy()).isEqualTo(0.75);
        assertThat(evaluation.loss()).isCloseTo(-0.75 * Math.log(0.75) - 0.25 * Math.log(0.25), within(1e-5));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void evaluationIsTheMeanOverSamples(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        DenseNetwork network = DenseNetwork.mlp(3, 2 + random.nextInt(5), 1 + random.nextInt(40));
        LabelledSet data = Samples.clouds(1 + random.nextInt(40), 3, network.classes(), seed);
        float[] parameters = network.initialParameters(seed);
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] += (float) (0.2 * random.nextGaussian());
        }
        double[] p = NaiveNetwork.doubles(parameters);
        NaiveNetwork naive = new NaiveNetwork(network.widths());
        int right = 0;
        double loss = 0;
        for (int i = 0; i < data.size(); i++) {
            double[] z = naive.logits(p, data.sample(i));
            boolean best = true;
            for (int c = 0; c < z.length; c++) {
                best &= c == data.label(i) || z[c] < z[data.label(i)];
            }
            right += best ? 1 : 0;
            loss += naive.loss(p, data, i);
        }
        Evaluation evaluation = new Trainer(network).evaluate(parameters, data);
        assertThat(evaluation.samples()).as("seed %d", seed).isEqualTo(data.size());
        assertThat(evaluation.accuracy()).as("seed %d", seed).isEqualTo((double) right / data.size());
        assertThat(evaluation.loss()).as("seed %d", seed).isCloseTo(loss / data.size(), within(1e-5));
    }

    /** Where all classes tie, the first is the answer. */
    @Test
    void tiesGoToTheFirstClass() {
        LabelledSet data = LabelledSet.of(new float[] {1, 1, 1, 1}, 1, new int[] {0, 0, 0, 2}, 3);
        assertThat(new Trainer(DenseNetwork.softmax(1, 3))
                        .evaluate(new float[6], data)
                        .accuracy())
                .isEqualTo(0.75);
    }

    /** Independent of the implementation: a warm-up line, then a cosine, both hand-evaluated. */
    @ParameterizedTest
    @CsvSource({
        "0, 0.01",
        "0.0001, 0.01",
        "0.0005, 0.01",
        "0.01, 0.2",
        "0.04, 0.8",
        "0.05, 1",
        "0.2875, 0.8550178",
        "0.525, 0.505",
        "0.7625, 0.1549822",
        "1, 0.01"
    })
    void cosineFactorsByHand(double done, double factor) {
        assertThat(LearningRateSchedule.COSINE.factor(done)).isCloseTo(factor, within(1e-6));
    }

    @Test
    void cosineNeitherJumpsNorLeavesItsRange() {
        double before = LearningRateSchedule.COSINE.factor(0);
        for (int i = 1; i <= 10_000; i++) {
            double now = LearningRateSchedule.COSINE.factor(i / 10_000.0);
            assertThat(now).isBetween(0.01, 1.0);
            assertThat(Math.abs(now - before)).isLessThan(0.0021);
            assertThat(i <= 500 ? now >= before : now <= before).as("at %d", i).isTrue();
            before = now;
        }
    }

    /** The rate of each step is the schedule's at the share of samples done before it. */
    @Test
    void centralTrainingFollowsItsSchedule() {
        DenseNetwork network = DenseNetwork.softmax(2, 2);
        LabelledSet data = LabelledSet.of(new float[] {1, 0, 1, 0, 1, 0}, 2, new int[] {1, 1, 1}, 2);
        Training training = Training.defaults().sgd(new SgdSettings(2, 1, 0.2, 0, 0, 0));
        float[] trained = training.run(network, data, 1, Progress.NONE).model().parameters();
        double w = 0;
        double b = 0;
        for (int step = 0; step < 6; step++) {
            double rate = 0.2 * LearningRateSchedule.COSINE.factor(step / 6.0);
            double wrong = 1 / (1 + Math.exp(2 * (w + b)));
            w += rate * wrong;
            b += rate * wrong;
        }
        assertThat((double) trained[1]).isCloseTo(w, within(1e-6));
        assertThat((double) trained[5]).isCloseTo(b, within(1e-6));
        assertThat(trained[2]).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0,1", "1e6,1e6", "1e-320,0.5"})
    void settingsTakeTheirExtremes(double small, double rate) {
        SgdSettings settings = new SgdSettings(100_000, Integer.MAX_VALUE, rate, Math.nextDown(1.0), small, small);
        assertThat(settings.weightDecay()).isEqualTo(small);
        assertThat(settings.mu(0).mu()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "100001,1,1,0,0,0,epochs (100001) must be 1 to 100000.",
        "1,-7,1,0,0,0,batchSize (-7) must be at least 1.",
        "1,1,1000001,0,0,0,learningRate (1000001.0) must be above 0 and at most 1e6.",
        "1,1,-0.0,0,0,0,learningRate (-0.0) must be above 0 and at most 1e6.",
        "1,1,1,-1e-9,0,0,momentum (-1.0E-9) must be 0 up to but not 1.",
        "1,1,1,NaN,0,0,momentum (NaN) must be 0 up to but not 1.",
        "1,1,1,0,1000001,0,weightDecay (1000001.0) must be 0 to 1e6.",
        "1,1,1,0,NaN,0,weightDecay (NaN) must be 0 to 1e6.",
        "1,1,1,0,0,-1,mu (-1.0) must be 0 to 1e6.",
        "1,1,1,0,0,NaN,mu (NaN) must be 0 to 1e6."
    })
    void settingsOutsideTheirRangeAreNamed(
            int epochs, int batch, double rate, double momentum, double decay, double mu, String message) {
        assertThatThrownBy(() -> new SgdSettings(epochs, batch, rate, momentum, decay, mu))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(message);
    }

    /** Regression: sizes whose product does not fit an array failed with an arithmetic error when first used. */
    @Test
    void layoutsThatNoArrayHoldsAreRefused() {
        assertThatThrownBy(() -> new ParameterLayout.Entry("big", List.of(65_536, 32_768)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("Parameter (big) has dimensions ([65536, 32768]), more values than an array holds.");
        assertThatThrownBy(() -> new ParameterLayout.Entry("vast", List.of(1 << 30, 1 << 30, 1 << 30, 1 << 30)))
                .hasMessageContaining("(vast)");
        ParameterLayout.Entry half = new ParameterLayout.Entry("half", List.of(1 << 30));
        ParameterLayout.Entry rest = new ParameterLayout.Entry("rest", List.of(1 << 30));
        assertThat(new ParameterLayout(List.of(half)).size()).isEqualTo(1 << 30);
        assertThatThrownBy(() -> new ParameterLayout(List.of(half, rest)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(rest)");
    }
}
