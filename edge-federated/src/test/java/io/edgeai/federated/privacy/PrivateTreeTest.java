package io.edgeai.federated.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.PrivacyBudgetExceededException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A private run whose rounds are one release: its ledger, and what a process that goes on takes over. */
class PrivateTreeTest {
    private static final int[] LAYERS = {0, 50};
    private static final int ROUNDS = 20;

    private static Privacy privacy() {
        return Privacy.epsilon(4, 1e-5).clipping(Clipping.flat(0.5)).tree(3, 5);
    }

    private static PrivateRun run(Privacy privacy) {
        return new PrivateRun(privacy, ROUNDS, LAYERS);
    }

    private static double[] round(PrivateRun run, int number) {
        run.spend(number);
        double[] sum = new double[50];
        run.finish(sum, 10);
        return sum;
    }

    @Test
    void allRoundsAreOneReleaseOfTheNoiseThatTheBudgetNeeds() {
        try (PrivateRun run = run(privacy())) {
            for (int number = 1; number <= ROUNDS; number++) {
                round(run, number);
                assertThat(run.epsilon()).isBetween(4 * 0.999, 4.0);
            }
            Mechanism tree = Mechanism.tree(ROUNDS, 3, 5, run.multiplier());
            assertThat(run.epsilon()).isEqualTo(PrivacyAccountant.pld().epsilon(tree, 1, 1e-5));
            assertThat(PrivacyAccountant.rdp().epsilon(tree, 1, 1e-5)).isGreaterThan(run.epsilon());
        }
    }

    @Test
    void anotherProcessGoesOnWithTheSameNoise(@TempDir Path folder) {
        Privacy kept = privacy().ledger(folder.resolve("ledger"));
        double[][] state;
        try (PrivateRun first = run(kept)) {
            round(first, 1);
            round(first, 2);
            state = first.state();
        }
        double[] third;
        try (PrivateRun second = run(kept)) {
            second.restore(state);
            third = round(second, 3);
            assertThat(second.epsilon()).isLessThanOrEqualTo(4);
        }
        try (PrivateRun again = run(kept)) {
            again.restore(state);
            assertThat(round(again, 3)).as("the round that a crash interrupted").isEqualTo(third);
        }
        assertThatThrownBy(() -> run(privacy().tree(4, 5)).restore(state))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("that began as [20.0, 3.0, 5.0, ");
    }

    /** The budget is that of one tree: a run that begins anew is a second one, however alike. */
    @Test
    void aSecondTreeIsASecondRelease(@TempDir Path folder) {
        Privacy kept = privacy().ledger(folder.resolve("ledger"));
        try (PrivateRun first = run(kept)) {
            round(first, 1);
        }
        try (PrivateRun second = run(kept)) {
            assertThatThrownBy(() -> second.spend(1)).isInstanceOf(PrivacyBudgetExceededException.class);
        }
    }

    /** Nothing was given out: the tree is not spent yet, and a process that begins again may. */
    @Test
    void aRunThatDiedInItsFirstRoundMayBeginAgain(@TempDir Path folder) {
        Privacy kept = privacy().ledger(folder.resolve("ledger"));
        try (PrivateRun first = run(kept)) {
            first.spend(1);
        }
        try (PrivateRun second = run(kept)) {
            round(second, 1);
            assertThat(second.epsilon()).isLessThanOrEqualTo(4);
        }
    }

    /** Its ledger knows nothing of the tree, so it is entered there too. */
    @Test
    void aRunThatGoesOnWithAnotherLedgerEntersItsTree(@TempDir Path folder) {
        double[][] state;
        try (PrivateRun first = run(privacy())) {
            round(first, 1);
            state = first.state();
        }
        Path other = folder.resolve("other");
        try (PrivateRun second = run(privacy().ledger(other))) {
            second.restore(state);
            round(second, 2);
        }
        try (PrivacyLedger ledger = PrivacyLedger.open(other, new PrivacyBudget(4, 1e-5), PrivacyAccountant.pld())) {
            assertThat(ledger.spent()).singleElement().satisfies(entry -> assertThat(entry.mechanism())
                    .isInstanceOfSatisfying(Mechanism.Tree.class, tree -> {
                        assertThat(tree.steps()).isEqualTo(ROUNDS);
                        assertThat(tree.times()).isEqualTo(3);
                        assertThat(tree.separation()).isEqualTo(5);
                    }));
        }
    }

    @Test
    void aLaterRoundWithoutItsKeyIsRefused() {
        try (PrivateRun run = run(privacy())) {
            assertThatThrownBy(() -> run.spend(2))
                    .isInstanceOf(LifecycleException.class)
                    .hasMessageContaining("Maybe give the run a journal.");
        }
    }

    @Test
    void waysToTakePartExcludeEachOther() {
        assertThatThrownBy(() -> privacy().sampling(0.1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "(tree, at most 3 times, every 5 rounds) excludes (sampling=0.1). Maybe leave one of them out.");
        assertThatThrownBy(() -> Privacy.epsilon(1, 1e-5).sampling(0.1).fixedSize(3, 20))
                .hasMessageStartingWith("(sampling=0.1) excludes (fixed size 3 of 20)");
        assertThatThrownBy(() -> privacy().tree(0, 1)).hasMessageStartingWith("times (0)");
        assertThatThrownBy(() -> Privacy.epsilon(1, 1e-5).fixedSize(21, 20))
                .hasMessage("fixedSize (21) must be 1 to the population (20).");
    }
}
