package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.ParticipantData;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.ClientAlgorithm;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Weighting;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.training.GradientPass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** SCAFFOLD and Ditto over whole runs, against their update equations in double with full-batch gradients. */
class LocalRuleTest {
    private static final int ROUNDS = 6;
    private static final int STEPS = 4;
    private static final double RATE = 0.1;
    private static final int CROWD = 3;

    private final DenseNetwork network = DenseNetwork.softmax(3, 3);
    private final int size = network.layout().size();
    private final List<LabelledSet> sets = new ArrayList<>();
    private final List<FederatedParticipant> participants = new ArrayList<>();

    LocalRuleTest() {
        for (int k = 0; k < CROWD; k++) {
            LabelledSet set = Samples.clouds(20 + 5 * k, 3, 3, 40 + k);
            sets.add(set);
            participants.add(FederatedParticipant.training(network, new ParticipantData("p" + k, set, set)));
        }
    }

    private FederatedRun run(ClientAlgorithm algorithm) {
        FederatedCoordinator.Builder builder = FederatedCoordinator.builder()
                .model(network)
                .strategy(Strategies.fedAvg().client(algorithm).weighting(Weighting.uniform()))
                .selection(Selection.all())
                .localEpochs(STEPS)
                .batchSize(1000)
                .learningRate(RATE)
                .rounds(ROUNDS);
        participants.forEach(builder::participant);
        return builder.build().run();
    }

    private double[] gradient(double[] w, LabelledSet set) {
        float[] at = new float[size];
        int[] order = new int[set.size()];
        Arrays.setAll(order, i -> i);
        for (int i = 0; i < size; i++) {
            at[i] = (float) w[i];
        }
        float[] gradient = new float[size];
        GradientPass pass = network.newPass();
        pass.addGradient(at, set, order, 0, set.size(), gradient);
        double[] wide = new double[size];
        Arrays.setAll(wide, i -> gradient[i]);
        return wide;
    }

    @Test
    void scaffoldCorrectsByTheDifferenceOfTheVariates() {
        double[] x = new double[size];
        double[] c = new double[size];
        double[][] own = new double[CROWD][size];
        for (int round = 0; round < ROUNDS; round++) {
            double[] next = new double[size];
            double[] change = new double[size];
            for (int k = 0; k < CROWD; k++) {
                double[] y = x.clone();
                for (int step = 0; step < STEPS; step++) {
                    double[] g = gradient(y, sets.get(k));
                    for (int i = 0; i < size; i++) {
                        y[i] -= RATE * (g[i] - own[k][i] + c[i]);
                    }
                }
                for (int i = 0; i < size; i++) {
                    double fresh = own[k][i] - c[i] + (x[i] - y[i]) / (STEPS * RATE);
                    change[i] += (fresh - own[k][i]) / CROWD;
                    own[k][i] = fresh;
                    next[i] += y[i] / CROWD;
                }
            }
            for (int i = 0; i < size; i++) {
                c[i] += change[i];
            }
            x = next;
        }
        assertClose(run(ClientAlgorithm.scaffold()).lastParameters(), x);
    }

    @Test
    void dittoKeepsAModelForEachThatIsPulledToTheCommonOne() {
        double lambda = 0.7;
        double[] w = new double[size];
        double[][] own = new double[CROWD][];
        for (int round = 0; round < ROUNDS; round++) {
            double[] next = new double[size];
            for (int k = 0; k < CROWD; k++) {
                double[] y = w.clone();
                double[] v = own[k] == null ? w.clone() : own[k];
                for (int step = 0; step < STEPS; step++) {
                    double[] g = gradient(y, sets.get(k));
                    double[] h = gradient(v, sets.get(k));
                    for (int i = 0; i < size; i++) {
                        y[i] -= RATE * g[i];
                        v[i] -= RATE * (h[i] + lambda * (v[i] - w[i]));
                    }
                }
                own[k] = v;
                for (int i = 0; i < size; i++) {
                    next[i] += y[i] / CROWD;
                }
            }
            w = next;
        }
        FederatedRun run = run(ClientAlgorithm.ditto(lambda));
        assertClose(run.lastParameters(), w);
        for (int k = 0; k < CROWD; k++) {
            assertClose(participants.get(k).personal().orElseThrow(), own[k]);
        }
    }

    private static void assertClose(float[] actual, double[] expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i]).as("parameter %d", i).isCloseTo(expected[i], within(2e-5));
        }
    }
}
