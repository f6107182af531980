package io.edgeai.federated.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.PrivacyBudgetExceededException;
import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivacyLedgerTest {
    private static final PrivacyBudget BUDGET = new PrivacyBudget(2, 1e-5);
    private static final Releases ROUND = new Releases(Mechanism.poisson(0.1, 2), 1);
    private static final Releases OTHER = new Releases(Mechanism.tree(7, 30), 1);

    @TempDir
    Path dir;

    private PrivacyLedger open(Path file) {
        return PrivacyLedger.open(file, BUDGET, PrivacyAccountant.rdp());
    }

    private byte[] threeRounds() throws IOException {
        Path file = dir.resolve("three");
        try (PrivacyLedger ledger = open(file)) {
            ledger.spend(ROUND);
            ledger.spend(OTHER);
            ledger.spend(ROUND);
        }
        return Files.readAllBytes(file);
    }

    @Test
    void whatWasSpentIsStillSpentAfterReopening() {
        Path file = dir.resolve("ledger");
        double before;
        try (PrivacyLedger ledger = open(file)) {
            ledger.spend(new Releases(Mechanism.gaussian(40), 3));
            ledger.spend(new Releases(Mechanism.fixedSize(0.25, 50), 2));
            ledger.spend(OTHER);
            before = ledger.spend(ROUND);
        }
        try (PrivacyLedger ledger = open(file)) {
            assertThat(ledger.epsilon()).isEqualTo(before);
            assertThat(ledger.spent()).hasSize(4).endsWith(ROUND);
            assertThat(ledger.spend(ROUND)).isGreaterThan(before);
            assertThat(ledger.spent()).endsWith(new Releases(ROUND.mechanism(), 2));
        }
    }

    @Test
    void aSpentBudgetRefusesAndStaysAsItWas() {
        try (PrivacyLedger ledger = open(dir.resolve("ledger"))) {
            int rounds = 0;
            while (ledger.with(ROUND) <= BUDGET.epsilon()) {
                double epsilon = ledger.spend(ROUND);
                rounds++;
                assertThat(epsilon).isEqualTo(PrivacyAccountant.rdp().epsilon(ROUND.mechanism(), rounds, 1e-5));
            }
            double last = ledger.epsilon();

            assertThatThrownBy(() -> ledger.spend(ROUND))
                    .isInstanceOf(PrivacyBudgetExceededException.class)
                    .hasMessageContaining("poisson(q=0.1, noise=2.0)")
                    .hasMessageContaining("budget of 2.0");

            assertThat(rounds).isPositive();
            assertThat(ledger.epsilon()).isEqualTo(last);
        }
    }

    /** A process may die after any byte, here right before, at and after the end of each record: each record that had been written whole counts, a torn one was never acknowledged. */
    @Test
    void everyPrefixOfTheFileOpensWithAllWholeRecords() throws IOException {
        byte[] whole = threeRounds();
        assertThat(whole).hasSize(160);
        for (int length = 0; length <= whole.length; length += length % 40 == 1 ? 38 : 1) {
            Path file = Files.write(dir.resolve("cut" + length), Arrays.copyOf(whole, length));
            try (PrivacyLedger ledger = open(file)) {
                long spent = ledger.spent().stream().mapToLong(Releases::count).sum();
                assertThat(spent).as("length %s", length).isEqualTo(Math.max(0, length / 40 - 1));
                ledger.spend(ROUND);
            }
            try (PrivacyLedger again = open(file)) {
                assertThat(again.spent()).as("length %s", length).isNotEmpty();
            }
        }
    }

    @Test
    void noByteCanBeChangedUnseen() throws IOException {
        byte[] whole = threeRounds();
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= 4;
            Path file = Files.write(dir.resolve("changed" + i), changed);
            assertThatThrownBy(() -> open(file))
                    .as("byte %s", i)
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("checksum");
        }
    }

    @Test
    void noRecordCanBeTakenOutOfTheMiddle() throws IOException {
        byte[] whole = threeRounds();
        byte[] shorter = Arrays.copyOf(whole, 120);
        System.arraycopy(whole, 120, shorter, 80, 40);
        Path file = Files.write(dir.resolve("shorter"), shorter);

        assertThatThrownBy(() -> open(file)).isInstanceOf(StorageException.class);
    }

    @Test
    void anotherBudgetDoesNotUndoWhatWasSpent() throws IOException {
        Path file = Files.write(dir.resolve("ledger"), threeRounds());

        assertThatThrownBy(() -> PrivacyLedger.open(file, new PrivacyBudget(8, 1e-5), PrivacyAccountant.rdp()))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("Maybe use that budget");
    }

    @Test
    void oneLedgerHasOneOwner() {
        Path file = dir.resolve("ledger");
        PrivacyLedger first = open(file);

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("open elsewhere");

        first.close();
        first.close();
        try (PrivacyLedger second = open(file)) {
            assertThat(second.epsilon()).isZero();
        }
    }

    @Test
    void aFolderIsNoLedger() {
        assertThatThrownBy(() -> open(dir))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("cannot be opened");
    }

    @Test
    void inMemoryLedgersCountTheSame() throws IOException {
        PrivacyLedger memory = PrivacyLedger.inMemory(BUDGET, PrivacyAccountant.rdp());
        for (Releases each : List.of(ROUND, OTHER, ROUND)) {
            memory.spend(each);
        }
        try (PrivacyLedger file = open(Files.write(dir.resolve("same"), threeRounds()))) {
            assertThat(memory.epsilon()).isEqualTo(file.epsilon());
            assertThat(memory.spent()).isEqualTo(file.spent());
        }
    }
}
