package io.edgeai.samples;

import io.edgeai.EdgeAI;
import io.edgeai.Federated;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.Partitioner;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.training.OnnxClassifier;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Twenty sites learn to read digits together; their pictures stay where they are. Then the result, an ONNX model by now, goes
 * on learning: only its last layer, as any ONNX classifier could. The last version is served.
 */
public final class S06_Federated {
    private S06_Federated() {}

    public static void main(String[] args) throws IOException {
        run(Files.createTempDirectory("edgeai-s06"), Terminal.system());
    }

    static Federated run(Path home, Terminal terminal) {
        // Each site sees mostly some of the digits.
        FederatedDataset sites = FederatedDataset.partition(DrawnSet.draw(4000, 6), Partitioner.dirichlet(0.5), 20, 6);
        try (EdgeAI edge =
                EdgeAI.builder().home(home).serving(s -> s.noDeadline()).build()) {
            Federated learned = edge.federate("digits")
                    .plan(plan -> plan.model(DenseNetwork.mlp(DrawnSet.PIXELS, DrawnSet.CLASSES, 32))
                            .data(sites)
                            .strategy(Strategies.fedAvgM())
                            .selection(Selection.count(8))
                            .localEpochs(2)
                            .learningRate(0.05)
                            .rounds(25)
                            .evaluation(DrawnSet.draw(500, 7), 5)
                            .onRound(round -> {
                                if (Double.isFinite(round.accuracy())) {
                                    terminal.line(String.format(
                                            Locale.ROOT, "round %d: accuracy %.3f", round.round(), round.accuracy()));
                                }
                            })
                            .seed(6))
                    .run();

            Federated refined = refine(edge, learned.version(), sites);

            edge.registry().promote(refined.version().ref(), "learned by twenty sites");
            try (ModelEndpoint endpoint = edge.serve("digits")) {
                float[] scores = endpoint.predict(DrawnSet.images(1, 8)[0]);
                terminal.line(refined.version().ref() + " reads a " + DrawnSet.largest(scores));
            }
            return learned;
        }
    }

    private static Federated refine(EdgeAI edge, ModelVersion version, FederatedDataset sites) {
        try (OnnxClassifier model = OnnxClassifier.of(edge.graph(version), name -> name.startsWith("dense1."))) {
            return edge.federate("digits")
                    .derivedFrom(version)
                    .plan(plan -> plan.model(model)
                            .data(sites)
                            .strategy(Strategies.fedAvgM())
                            .selection(Selection.count(8))
                            .learningRate(0.02)
                            .rounds(5)
                            .evaluation(DrawnSet.draw(500, 7), 5)
                            .seed(7))
                    .run();
        }
    }
}
