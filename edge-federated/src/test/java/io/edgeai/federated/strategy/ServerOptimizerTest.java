package io.edgeai.federated.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import org.junit.jupiter.api.Test;

class ServerOptimizerTest {
    @Test
    void rateOneIsTheCombinedModelToTheBit() {
        float[] model = {1e30f, 3};
        ServerOptimizer.sgd(1).start(2).apply(model, new double[] {0.1f, -7});
        assertThat(model).containsExactly(0.1f, -7);
    }

    @Test
    void aSmallerRateGoesPartOfTheWay() {
        float[] model = {2, 0};
        ServerOptimizer.sgd(0.25).start(2).apply(model, new double[] {4, -8});
        assertThat(model).containsExactly(2.5f, -2);
    }

    @Test
    void momentumGathersSpeed() {
        float[] model = {0};
        ServerOptimizer.Steps steps = ServerOptimizer.momentum(0.5, 0.1).start(1);
        double m = 0;
        double w = 0;
        for (int round = 0; round < 5; round++) {
            m = 0.5 * m + 1;
            w += 0.1 * m;
            steps.apply(model, new double[] {model[0] + 1.0});
            assertThat((double) model[0]).isCloseTo(w, within(1e-6));
        }
    }

    @Test
    void adamFollowsItsFormula() {
        float[] model = {1};
        ServerOptimizer.Steps steps =
                ServerOptimizer.adam(0.008, 0.9, 0.99, 1e-4).start(1);
        double[] deltas = {0.5, -0.25, 0.001};
        double m = 0;
        double v = 1e-8;
        double w = 1;
        for (double delta : deltas) {
            m = 0.9 * m + 0.1 * delta;
            v = 0.99 * v + 0.01 * delta * delta;
            w += 0.008 * m / (Math.sqrt(v) + 1e-4);
            steps.apply(model, new double[] {model[0] + delta});
            assertThat((double) model[0]).isCloseTo(w, within(1e-6));
        }
    }

    @Test
    void eachRunStartsWithoutHistory() {
        ServerOptimizer momentum = ServerOptimizer.momentum(0.9, 1);
        float[] first = {0};
        momentum.start(1).apply(first, new double[] {1});
        float[] second = {0};
        momentum.start(1).apply(second, new double[] {1});
        assertThat(second).isEqualTo(first).containsExactly(1);
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        refused(() -> ServerOptimizer.sgd(0), "rate (0.0)");
        refused(() -> ServerOptimizer.momentum(1, 1), "momentum (1.0)");
        refused(() -> ServerOptimizer.adam(1, -0.1, 0.9, 1), "beta1 (-0.1)");
        refused(() -> ServerOptimizer.adam(1, 0.9, Double.NaN, 1), "beta2 (NaN)");
        refused(() -> ServerOptimizer.adam(1, 0.9, 0.9, 0), "tau (0.0)");
        refused(() -> ClientAlgorithm.fedProx(-1), "mu (-1.0)");
        refused(() -> Weighting.capped(0), "factor (0.0)");
        refused(() -> Strategies.fedAvg().servedAverage(1), "servedAverage (1.0)");
    }

    @Test
    void weightsCountSamplesPeopleOrBoth() {
        assertThat(Weighting.samples().weight(3031, 22)).isEqualTo(3031);
        assertThat(Weighting.uniform().weight(3031, 22)).isEqualTo(1);
        assertThat(Weighting.capped(2).weight(3031, 22)).isEqualTo(44);
        assertThat(Weighting.capped(2).weight(9, 22)).isEqualTo(9);
    }

    @Test
    void namedStrategiesAreWhatTheirPapersSay() {
        assertThat(Strategies.fedAvg().client().keepsPartialWork()).isFalse();
        assertThat(Strategies.fedProx(0.3).client().keepsPartialWork()).isTrue();
        assertThat(Strategies.fedProx(0.3).client().start().mu()).isEqualTo(0.3);
        assertThat(Strategies.fedAvg().weighting()).isEqualTo(Weighting.samples());
        assertThat(Strategies.fedAvgM().server().name()).isEqualTo("momentum(0.9, 0.5)");
        assertThat(Strategies.fedAdam().server().name()).isEqualTo("adam(0.008, 0.9, 0.99, 1.0E-4)");
        assertThat(Strategies.fedAdam().servedAverage()).isEqualTo(0.95);
        Strategy mixed = Strategies.fedAdam()
                .client(ClientAlgorithm.fedProx(1))
                .aggregator(Aggregator.coordinateMedian())
                .weighting(Weighting.uniform())
                .server(ServerOptimizer.sgd(0.5));
        assertThat(mixed.client().name()).isEqualTo("fedprox(1.0)");
        assertThat(mixed.aggregator().name()).isEqualTo("coordinate-median");
        assertThat(mixed.server().name()).isEqualTo("sgd(0.5)");
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String part) {
        assertThatThrownBy(call).isInstanceOf(InvalidInputException.class).hasMessageContaining(part);
    }
}
