package io.edgeai.samples;

import io.edgeai.EdgeAI;
import io.edgeai.Federated;
import io.edgeai.core.error.PrivacyBudgetExceededException;
import io.edgeai.federated.FederatedCoordinator;
import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.Partitioner;
import io.edgeai.federated.privacy.Clipping;
import io.edgeai.federated.privacy.Privacy;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Two thousand people teach a model to read digits, and no one can tell from it whether one of them took part. The budget is
 * in a ledger beside the registry: when it is spent, nothing more is learned of these people.
 */
public final class S23_PrivateFederation {
    private S23_PrivateFederation() {}

    public static void main(String[] args) throws IOException {
        run(Files.createTempDirectory("edgeai-s23"), Terminal.system());
    }

    static Federated run(Path home, Terminal terminal) {
        FederatedDataset people = FederatedDataset.partition(DrawnSet.draw(16_000, 23), Partitioner.iid(), 2000, 23);
        try (EdgeAI edge = EdgeAI.builder().home(home).build()) {
            Privacy privacy = Privacy.epsilon(4, 1e-4)
                    .clipping(Clipping.flat(1))
                    .sampling(0.1)
                    .ledger(home.resolve("digits.ledger"));
            Federated learned = edge.federate("digits")
                    .plan(plan -> people(plan, people, terminal))
                    .privacy(privacy)
                    .run();
            terminal.line(String.format(
                    Locale.ROOT,
                    "%s: accuracy %.3f, epsilon %s",
                    learned.version().ref(),
                    learned.run().accuracy(),
                    learned.version().tags().get("epsilon")));
            try {
                edge.federate("digits")
                        .plan(plan -> people(plan, people, terminal))
                        .privacy(privacy)
                        .run();
            } catch (PrivacyBudgetExceededException refused) {
                terminal.line("again: " + refused.getMessage());
            }
            return learned;
        }
    }

    private static void people(FederatedCoordinator.Builder plan, FederatedDataset people, Terminal terminal) {
        plan.model(DenseNetwork.softmax(DrawnSet.PIXELS, DrawnSet.CLASSES))
                .data(people)
                .localEpochs(8)
                .learningRate(0.2)
                .rounds(30)
                .evaluation(DrawnSet.draw(500, 24), 10)
                .onRound(round -> {
                    if (Double.isFinite(round.accuracy())) {
                        terminal.line(String.format(
                                Locale.ROOT,
                                "round %d: accuracy %.3f, epsilon %.2f, %d people",
                                round.round(),
                                round.accuracy(),
                                round.epsilon(),
                                round.selected()));
                    }
                });
    }
}
