package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.SyntheticData;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.ClientAlgorithm;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.training.Trainer;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What q-FedAvg is for (Li et al. 2020, table 1): participants of synthetic(0.5, 0.5) are served more alike than by plain
 * averaging, by the variance of their accuracies, and the mean does not pay for it. One step over all of the data a round, so
 * that both come to where they go.
 */
class QFedAvgFairnessTest {
    private static final DenseNetwork MODEL = DenseNetwork.softmax(10, 3);
    private static final int ROUNDS = 400;

    private static double[] accuracies(FederatedDataset data, ClientAlgorithm client, long seed) {
        FederatedRun run = FederatedCoordinator.builder()
                .model(MODEL)
                .data(data)
                .strategy(Strategies.fedAvg().client(client))
                .selection(Selection.all())
                .localEpochs(1)
                .batchSize(1_000_000)
                .learningRate(0.2)
                .rounds(ROUNDS)
                .seed(seed)
                .build()
                .run();
        Trainer trainer = new Trainer(MODEL);
        return data.participants().stream()
                .mapToDouble(
                        each -> trainer.evaluate(run.parameters(), each.train()).accuracy())
                .toArray();
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static double variance(double[] values) {
        double mean = mean(values);
        double sum = 0;
        for (double value : values) {
            sum += (value - mean) * (value - mean);
        }
        return sum / values.length;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void accuraciesDifferLessTheGreaterQ(long seed, TestReporter reporter) {
        FederatedDataset data = SyntheticData.generate(12, 10, 3, 0.5, 0.5, seed);
        double[] plain = accuracies(data, ClientAlgorithm.fedAvg(), seed);
        double[] some = accuracies(data, ClientAlgorithm.qFedAvg(1), seed);
        double[] much = accuracies(data, ClientAlgorithm.qFedAvg(5), seed);
        String figures = "seed %d: variance %.4f %.4f %.4f, mean %.3f %.3f %.3f for FedAvg, q = 1, q = 5"
                .formatted(seed, variance(plain), variance(some), variance(much), mean(plain), mean(some), mean(much));
        reporter.publishEntry(figures);
        assertThat(variance(some)).as(figures).isLessThan(variance(plain));
        assertThat(variance(much)).as(figures).isLessThan(variance(some));
        assertThat(mean(some)).as(figures).isGreaterThan(mean(plain) - 0.02);
    }
}
