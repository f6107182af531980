package io.edgeai.federated.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.training.SgdSettings;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the coordinator makes of local work, against the papers' formulas in double. */
class ClientAlgorithmTest {
    private static final int WIDTH = 4;

    private final float[] model = new float[WIDTH];
    private float[][] locals = new float[0][];
    private double[] weights = new double[0];
    private int[] steps = new int[0];
    private double[] losses = new double[0];

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 10);
    }

    private void draw(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int n = 1 + random.nextInt(7);
        locals = new float[n][WIDTH];
        weights = random.doubles(n, 1, 100).toArray();
        steps = random.ints(n, 1, 60).toArray();
        losses = random.doubles(n, 0.1, 4).toArray();
        for (int i = 0; i < WIDTH; i++) {
            model[i] = (float) random.nextGaussian();
            for (float[] local : locals) {
                local[i] = (float) (model[i] + random.nextGaussian());
            }
        }
    }

    private double[] combine(ClientAlgorithm algorithm, SgdSettings settings) {
        ClientAlgorithm.Course course = algorithm.start();
        float[] sent = course.begin(model, 10);
        assertThat(sent).as("these send no more than the model").isNull();
        Aggregator.Accumulator mean = Aggregator.weightedMean().start(WIDTH);
        for (int k = 0; k < locals.length; k++) {
            Contribution one = course.contribution(
                    new LocalWork(model, locals[k], weights[k], steps[k], settings, losses[k], null));
            mean.add(one.parameters(), one.weight());
        }
        double[] combined = mean.result();
        course.combined(model, combined);
        return combined;
    }

    /** {@code w + (Σ p τ) · Σ p (wᵢ − w)/τ} with p the normalized weights. */
    @ParameterizedTest
    @MethodSource("seeds")
    void fedNovaDividesByTheSteps(long seed) {
        draw(seed);
        double total = Arrays.stream(weights).sum();
        double mean = IntStream.range(0, steps.length)
                .mapToDouble(k -> weights[k] / total * steps[k])
                .sum();
        double[] combined = combine(ClientAlgorithm.fedNova(), SgdSettings.defaults());
        for (int i = 0; i < WIDTH; i++) {
            double direction = 0;
            for (int k = 0; k < steps.length; k++) {
                direction += weights[k] / total * (locals[k][i] - (double) model[i]) / steps[k];
            }
            assertThat(combined[i]).as("seed %d", seed).isCloseTo(model[i] + mean * direction, within(2e-5));
        }
    }

    /** The effective number of steps is the sum of the factors with which gradients enter, added up one by one. */
    @ParameterizedTest
    @CsvSource({"1,0.9,0", "7,0.9,0", "40,0.5,0", "1,0,0.5", "9,0,1", "30,0,0.1", "12,0,0"})
    void effectiveStepsAreTheSumOfTheGradientsFactors(int count, double momentum, double mu) {
        double rate = 0.1;
        double expected = 0;
        for (int gradient = 0; gradient < count; gradient++) {
            double velocity = 1;
            double moved = 0;
            for (int step = gradient; step < count; step++) {
                moved = moved * (1 - rate * mu) + (mu > 0 && step > gradient ? 0 : velocity);
                velocity *= momentum;
            }
            expected += moved;
        }
        SgdSettings settings =
                SgdSettings.defaults().learningRate(rate).momentum(momentum).mu(mu);
        LocalWork work = new LocalWork(model, model, 1, count, settings, Double.NaN, null);
        assertThat(FedNova.effectiveSteps(work)).isCloseTo(expected, within(1e-9));
    }

    /** {@code w − Σ F^q Δ / Σ (q F^(q−1) ‖Δ‖² + L F^q)} with {@code Δ = L (w − wᵢ)}. */
    @ParameterizedTest
    @MethodSource("seeds")
    void qFedAvgTakesThePapersStep(long seed) {
        draw(seed);
        double q = 0.5 + seed % 3;
        double rate = 0.05;
        double[] numerator = new double[WIDTH];
        double denominator = 0;
        for (int k = 0; k < losses.length; k++) {
            double square = 0;
            for (int i = 0; i < WIDTH; i++) {
                double delta = ((double) model[i] - locals[k][i]) / rate;
                numerator[i] += Math.pow(losses[k], q) * delta;
                square += delta * delta;
            }
            denominator += q * Math.pow(losses[k], q - 1) * square + Math.pow(losses[k], q) / rate;
        }
        double[] combined =
                combine(ClientAlgorithm.qFedAvg(q), SgdSettings.defaults().learningRate(rate));
        for (int i = 0; i < WIDTH; i++) {
            assertThat(combined[i]).as("seed %d", seed).isCloseTo(model[i] - numerator[i] / denominator, within(1e-9));
        }
    }

    @Test
    void withoutFairnessItIsTheMean() {
        draw(3);
        Arrays.fill(weights, 1);
        double[] combined = combine(ClientAlgorithm.qFedAvg(0), SgdSettings.defaults());
        for (int i = 0; i < WIDTH; i++) {
            int column = i;
            double mean = Arrays.stream(locals)
                    .mapToDouble(local -> local[column])
                    .average()
                    .orElseThrow();
            assertThat(combined[i]).isCloseTo(mean, within(1e-9));
        }
    }

    /** c moves by the changes of the cᵢ over all participants, not only over those of the round. */
    @ParameterizedTest
    @ValueSource(ints = {2, 10})
    void theVariateIsTheMeanOverThePopulation(int population) {
        ClientAlgorithm.Course course = ClientAlgorithm.scaffold().start();
        assertThat(course.begin(new float[2], population)).containsExactly(0, 0);
        course.contribution(work(1, -4));
        course.contribution(work(3, 0));
        course.combined(new float[2], new double[2]);
        assertThat(course.begin(new float[2], population))
                .containsExactly((1 + 3f) / population, (-4 + 0f) / population);
        ClientAlgorithm.Course other = ClientAlgorithm.scaffold().start();
        other.restore(course.state());
        assertThat(other.begin(new float[2], population)).containsExactly(4f / population, -4f / population);
    }

    private static LocalWork work(float... change) {
        return new LocalWork(new float[2], new float[2], 1, 1, SgdSettings.defaults(), Double.NaN, change);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 11, Double.NaN})
    void exponentsOutsideTheirRangeAreNamed(double q) {
        assertThatThrownBy(() -> ClientAlgorithm.qFedAvg(q))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("q (" + q + ") must be 0 to 10.");
        assertThatThrownBy(() -> ClientAlgorithm.ditto(-1)).hasMessageContaining("lambda (-1.0)");
    }
}
