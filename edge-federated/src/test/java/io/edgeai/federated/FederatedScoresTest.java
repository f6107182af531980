package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.ParticipantData;
import io.edgeai.federated.evaluation.FederatedEvaluation;
import io.edgeai.federated.evaluation.ParticipantScore;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Aggregator;
import io.edgeai.federated.strategy.ClientAlgorithm;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.training.DenseNetwork;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two groups of participants with opposite labels: no common model serves both, personal ones do. */
class FederatedScoresTest {
    private final DenseNetwork network = DenseNetwork.softmax(1, 2);

    /** One feature from −1 to 1; its sign is the label, in the second group the other way round. */
    private ParticipantData part(int number, int samples) {
        float[] values = new float[samples];
        int[] labels = new int[samples];
        for (int i = 0; i < samples; i++) {
            values[i] = (2f * i + 1) / samples - 1;
            labels[i] = (values[i] > 0) == (number % 2 == 0) ? 1 : 0;
        }
        LabelledSet set = LabelledSet.of(values, 1, labels, 2);
        return new ParticipantData("p" + number, set, number == 3 ? set.range(0, 0) : set);
    }

    private FederatedCoordinator coordinator() {
        FederatedCoordinator.Builder builder = FederatedCoordinator.builder()
                .model(network)
                .strategy(Strategies.fedAvg().client(ClientAlgorithm.ditto(0.01)))
                .selection(Selection.all())
                .learningRate(0.5)
                .localEpochs(5)
                .rounds(20);
        IntStream.range(0, 4)
                .mapToObj(number -> FederatedParticipant.training(network, part(number, number == 0 ? 60 : 20)))
                .forEach(builder::participant);
        return builder.build();
    }

    @Test
    void personalModelsServeThoseWhomTheCommonOneDoesNot() {
        FederatedCoordinator coordinator = coordinator();
        FederatedRun run = coordinator.run();
        FederatedEvaluation common = FederatedScores.of(coordinator.population(), run.parameters());
        FederatedEvaluation personal = FederatedScores.personal(coordinator.population(), run.parameters());
        assertThat(common.scores()).extracting(ParticipantScore::participant).containsExactly("p0", "p1", "p2");
        assertThat(common.scores()).extracting(ParticipantScore::samples).containsExactly(60, 20, 20);
        assertThat(common.accuracy()).as("60 and 20 of 100 are right").isCloseTo(0.8, within(0.05));
        assertThat(common.worst(0.3)).as("the one that is contradicted").isLessThan(0.1);
        assertThat(personal.worst(0.3)).isGreaterThan(0.95);
    }

    @Test
    void warningsNameTheRule() {
        assertThat(coordinator().warnings()).isEmpty();
        FederatedCoordinator robust = FederatedCoordinator.builder()
                .model(network)
                .participant(FederatedParticipant.training(network, part(0, 5)))
                .strategy(Strategies.fedAvg().aggregator(Aggregator.krum(0.2)))
                .build();
        assertThat(robust.warnings()).singleElement().satisfies(warning -> assertThat(warning)
                .startsWith("Aggregator (krum(0.2)): ")
                .endsWith("Maybe use centred clipping."));
    }
}
