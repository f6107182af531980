package io.edgeai.samples.demo;

import io.edgeai.EdgeAI;
import io.edgeai.Federated;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.ParticipantData;
import io.edgeai.federated.data.Partitioner;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.training.LocalModel;
import io.edgeai.federated.training.Training;
import io.edgeai.samples.shapes.LabelledImages;

/**
 * Thirty shops that see mostly two kinds of digits each learn one network together without showing each other a
 * picture; a shop on its own is the comparison.
 */
final class FederateStep {
    static final int SHOPS = 30;
    static final int ALONE_EPOCHS = 15;
    private static final int HIDDEN = 64;
    private static final double SKEW = 0.2;

    private FederateStep() {}

    /**
     * What was learned.
     *
     * @param federated the run and the version registered from it
     * @param alone accuracy of what the shop with the most pictures learns by itself, 0 to 1
     * @param central accuracy of the same network trained on all pictures in one place, 0 to 1
     */
    record Result(Federated federated, double alone, double central) {}

    static Result run(EdgeAI edge, LearnStep.Result learned, DemoSettings settings, Progress progress) {
        LabelledSet train = set(learned.train());
        LabelledSet test = set(learned.test());
        FederatedDataset shops = FederatedDataset.partition(train, Partitioner.dirichlet(SKEW), SHOPS, 7);
        LocalModel network = DenseNetwork.mlp(train.features(), train.classes(), HIDDEN);
        Federated federated = edge.federate(ShrinkStep.MODEL + "-federated")
                .plan(plan -> plan.model(network)
                        .data(shops)
                        .strategy(Strategies.fedAvgM())
                        .selection(Selection.count(10))
                        .localEpochs(2)
                        .batchSize(10)
                        .learningRate(0.05)
                        .rounds(settings.rounds())
                        .evaluation(test, 1)
                        .seed(1)
                        .progress(progress))
                .run();
        ParticipantData largest = shops.participants().get(0);
        for (ParticipantData shop : shops.participants()) {
            largest = shop.train().size() > largest.train().size() ? shop : largest;
        }
        return new Result(
                federated,
                fit(network, largest.train(), ALONE_EPOCHS, test, progress),
                fit(network, train, ALONE_EPOCHS, test, progress));
    }

    private static double fit(LocalModel network, LabelledSet train, int epochs, LabelledSet test, Progress progress) {
        return Training.fit(network, train, epochs, 0.05, 1, progress)
                .model()
                .evaluate(test)
                .accuracy();
    }

    private static LabelledSet set(LabelledImages images) {
        return LabelledSet.of(images.pixels(), images.side() * images.side(), images.labels(), images.classes());
    }
}
