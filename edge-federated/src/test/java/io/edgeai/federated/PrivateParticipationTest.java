package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.QuorumNotReachedException;
import io.edgeai.federated.privacy.Clipping;
import io.edgeai.federated.privacy.Mechanism;
import io.edgeai.federated.privacy.Privacy;
import io.edgeai.federated.privacy.PrivacyAccountant;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.training.DenseNetwork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Private rounds of a fixed size, and of a tree, through the coordinator: who takes part, what is spent, what noise is left. */
class PrivateParticipationTest {
    private static final DenseNetwork MODEL = DenseNetwork.softmax(800, 10);
    private static final int SIZE = MODEL.layout().size();

    private final Map<String, List<Integer>> asked = new ConcurrentHashMap<>();

    /** Participants that change nothing: what is left in the model is noise. */
    private FederatedParticipant idle(String id) {
        return FederatedParticipant.of(id, 1, task -> {
            asked.computeIfAbsent(id, unused -> new ArrayList<>()).add(task.round());
            return Update.of(task.parameters(), 1);
        });
    }

    private FederatedCoordinator.Builder plan(Privacy privacy, int participants, int rounds) {
        FederatedCoordinator.Builder builder = FederatedCoordinator.builder()
                .model(MODEL)
                .initialParameters(new float[SIZE])
                .privacy(privacy)
                .rounds(rounds)
                .seed(3);
        for (int i = 0; i < participants; i++) {
            builder.participant(idle("p" + i));
        }
        return builder;
    }

    private static double deviation(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum / values.length);
    }

    /** Neighbours differ in one participant's data, so the sum by two clip norms: ε is that of half the multiplier. */
    @Test
    void aFixedSizeIsDrawnAndAccountedFor() {
        Privacy privacy = Privacy.epsilon(6, 1e-3)
                .fixedSize(4, 20)
                .noise(8)
                .clipping(Clipping.flat(0.25))
                .insecureSeed(1);
        FederatedRun run = plan(privacy, 20, 12).build().run();

        assertThat(run.rounds()).allSatisfy(round -> {
            assertThat(round.selected()).isEqualTo(4);
            double expected = PrivacyAccountant.rdp().epsilon(Mechanism.fixedSize(0.2, 8), round.round(), 1e-3);
            assertThat(round.epsilon()).isEqualTo(expected);
        });
        assertThat(deviation(run.model().parameters()))
                .as("twelve noises of 8 · 0.25 over four, six deviations")
                .isCloseTo(Math.sqrt(12) * 8 * 0.25 / 4, within(6 * Math.sqrt(12) * 0.5 / Math.sqrt(2.0 * SIZE)));
        assertThat(asked.values().stream().mapToInt(List::size).sum()).isEqualTo(48);
    }

    /** Eight rounds leave the noise of one node; had the key of the first four been lost, it would be that of three. */
    @Test
    void aTreeGoesOnInAnotherProcess(@TempDir Path folder) {
        Privacy privacy = Privacy.epsilon(4, 1e-3)
                .tree(2, 4)
                .clipping(Clipping.flat(0.25))
                .ledger(folder.resolve("ledger"));
        FederatedCoordinator.Builder plan =
                plan(privacy, 20, 8).selection(Selection.count(5)).journal(folder.resolve("journal"));
        for (int interrupted : new int[] {1, 4, 7}) {
            assertThatThrownBy(plan.onPhase((round, phase) -> {
                                if (round == interrupted && phase == RoundPhase.COMMITTING) {
                                    throw new IllegalStateException("died");
                                }
                            })
                            .build()::run)
                    .hasMessageContaining("died");
        }
        FederatedRun run = plan.onPhase((round, phase) -> {}).build().run();

        double z = privacy.multiplier(8);
        assertThat(deviation(run.model().parameters()))
                .as("one noise of z · 0.25 over five, six deviations")
                .isCloseTo(z * 0.05, within(6 * z * 0.05 / Math.sqrt(2.0 * SIZE)));
        assertThat(run.rounds()).allSatisfy(round -> assertThat(round.epsilon())
                .isEqualTo(PrivacyAccountant.pld().epsilon(Mechanism.tree(8, 2, 4, z), 1, 1e-3))
                .isLessThanOrEqualTo(4));
        asked.forEach((id, rounds) -> {
            List<Integer> own = rounds.stream().distinct().toList();
            assertThat(own).as(id).hasSizeLessThanOrEqualTo(2);
            if (own.size() == 2) {
                assertThat(own.get(1) - own.get(0)).as(id).isGreaterThanOrEqualTo(4);
            }
        });
    }

    /** Twenty participants with two turns each are forty turns: eight rounds of five, and no ninth. */
    @Test
    void turnsThatAreUsedUpEndTheRun() {
        Privacy privacy = Privacy.epsilon(4, 1e-3).tree(2, 1).insecureSeed(2);
        FederatedCoordinator coordinator =
                plan(privacy, 20, 9).selection(Selection.count(5)).build();
        assertThatThrownBy(coordinator::run)
                .isInstanceOf(QuorumNotReachedException.class)
                .hasMessageContaining("Round 9");
        assertThat(new TreeMap<>(asked).values()).hasSize(20).allSatisfy(rounds -> assertThat(rounds)
                .hasSize(2));
    }
}
