package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.strategy.ServerOptimizer;
import io.edgeai.federated.training.DenseNetwork;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * FedBuff against a list of all endings: everybody works without pause, so participant i ends at every multiple of its time,
 * and answers {@code w + (goal − w) / 2} with a goal of its own.
 */
class BufferedFederationTest {
    private static final double[] SECONDS = {1, 1.7, 2.9, 7.3};
    private static final double[] GOALS = {4, -2, 10, 0.5};

    private record Ending(double time, double began, int participant) {}

    private static BufferedFederation.Builder federation(int buffer, int commits) {
        BufferedFederation.Builder builder = BufferedFederation.builder()
                .model(DenseNetwork.softmax(1, 2))
                .concurrency(4)
                .buffer(buffer)
                .commits(commits)
                .seconds(participant -> SECONDS[Integer.parseInt(participant.id())]);
        for (int i = 0; i < 4; i++) {
            int number = i;
            builder.participant(FederatedParticipant.of("" + i, 1, task -> {
                float[] w = task.parameters();
                for (int k = 0; k < w.length; k++) {
                    w[k] += (float) ((GOALS[number] - w[k]) / 2);
                }
                return Update.of(w, 1);
            }));
        }
        return builder;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 9})
    void theModelFollowsTheBufferedRule(int buffer) {
        int commits = 40;
        List<Ending> endings = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            double began = 0;
            while (began < 1000) {
                endings.add(new Ending(began + SECONDS[i], began, i));
                began += SECONDS[i];
            }
        }
        endings.sort(Comparator.comparingDouble(Ending::time));
        List<Double> models = new ArrayList<>(List.of(0.0));
        List<Double> times = new ArrayList<>(List.of(0.0));
        double sum = 0;
        int count = 0;
        for (Ending ending : endings) {
            int version = 0;
            while (version + 1 < times.size() && times.get(version + 1) <= ending.began()) {
                version++;
            }
            int age = models.size() - 1 - version;
            sum += (GOALS[ending.participant()] - models.get(version)) / 2 / Math.sqrt(1 + age);
            if (++count % buffer == 0) {
                models.add(models.get(models.size() - 1) + sum / buffer);
                times.add(ending.time());
                sum = 0;
            }
        }
        BufferedFederation.Result result = federation(buffer, commits).build().run();
        assertThat(result.model().parameters()[0]).isCloseTo(models.get(commits).floatValue(), within(1e-4f));
        for (int commit = 1; commit <= commits; commit++) {
            assertThat(result.commits().get(commit - 1).seconds()).isCloseTo(times.get(commit), within(1e-9));
        }
    }

    /** One participant and a buffer of one: nothing is ever stale, and the way to its goal halves each time. */
    @Test
    void aloneNothingIsStale() {
        BufferedFederation.Result result = BufferedFederation.builder()
                .model(DenseNetwork.softmax(1, 2))
                .participant(FederatedParticipant.of("a", 1, task -> {
                    float[] w = task.parameters();
                    for (int k = 0; k < w.length; k++) {
                        w[k] += (8 - w[k]) / 2;
                    }
                    return Update.of(w, 1);
                }))
                .buffer(1)
                .commits(3)
                .seconds(participant -> 2)
                .build()
                .run();
        assertThat(result.model().parameters()).containsOnly(7);
        assertThat(result.commits()).allMatch(commit -> commit.staleness() == 0);
        assertThat(result.commits())
                .extracting(BufferedFederation.Commit::seconds)
                .containsExactly(2.0, 4.0, 6.0);
    }

    @Test
    void whatCannotBeUsedIsNamedAndDoesNotCount() {
        BufferedFederation.Result result = federation(2, 10)
                .participant(FederatedParticipant.of("3", 1, task -> Update.of(new float[1], 1)))
                .concurrency(5)
                .server(ServerOptimizer.sgd(0.5))
                .build()
                .run();
        assertThat(result.commits()).hasSize(10);
        assertThat(result.commits().stream().flatMap(commit -> commit.failures().stream()))
                .isNotEmpty()
                .allMatch(failure -> failure.reason().equals("its update has (1) parameters, not 4"));
        assertThatThrownBy(() -> BufferedFederation.builder()
                        .model(DenseNetwork.softmax(1, 2))
                        .participant(FederatedParticipant.of("0", 1, task -> Update.of(new float[1], 1)))
                        .build()
                        .run())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("could be used");
    }

    @Test
    void settingsThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> BufferedFederation.builder().build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe call model(..)");
        assertThatThrownBy(() -> federation(0, 1)).hasMessageContaining("buffer (0)");
    }
}
