package io.edgeai.federated.privacy;

import io.edgeai.core.error.PrivacyBudgetExceededException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a budget has been spent on. A release is entered before it happens and never taken back: after a crash between the
 * two the ledger may say too much, never too little. Thread-safe.
 */
public final class PrivacyLedger implements AutoCloseable {
    private final PrivacyBudget budget;
    private final PrivacyAccountant accountant;
    private final List<Releases> spent = new ArrayList<>();
    private final @Nullable LedgerFile file;

    private PrivacyLedger(PrivacyBudget budget, PrivacyAccountant accountant, @Nullable LedgerFile file) {
        this.budget = budget;
        this.accountant = accountant;
        this.file = file;
        if (file != null) {
            file.entries().forEach(this::remember);
        }
    }

    /** Forgets everything with the process: for simulations. */
    public static PrivacyLedger inMemory(PrivacyBudget budget, PrivacyAccountant accountant) {
        return new PrivacyLedger(budget, accountant, null);
    }

    /**
     * Opens a file, or creates it where there is none; every entry is on the disk before {@link #spend} returns. The file is
     * locked until {@link #close}.
     *
     * @throws io.edgeai.core.error.LifecycleException where another ledger has it open
     * @throws io.edgeai.core.error.StorageException where it is damaged, of another budget, or cannot be read
     */
    public static PrivacyLedger open(Path path, PrivacyBudget budget, PrivacyAccountant accountant) {
        return new PrivacyLedger(budget, accountant, LedgerFile.open(path, budget));
    }

    /**
     * Enters releases that are about to happen; nothing may be released where this throws.
     *
     * @return ε spent with these
     * @throws PrivacyBudgetExceededException where they would spend more than the budget; nothing is entered then
     */
    public synchronized double spend(Releases releases) {
        double epsilon = room(releases);
        if (file != null) {
            file.append(releases);
        }
        remember(releases);
        return epsilon;
    }

    /** ε that would be spent with these releases, which are not entered yet; throws where {@link #spend} would. */
    synchronized double room(Releases releases) {
        double epsilon = with(releases);
        if (epsilon > budget.epsilon()) {
            throw new PrivacyBudgetExceededException(
                    releases.count() + " more of " + releases.mechanism().name() + " would spend epsilon (" + epsilon
                            + ") of a budget of " + budget.epsilon() + " at delta " + budget.delta()
                            + ". Maybe stop here, or plan more noise for fewer rounds with a new budget.");
        }
        return epsilon;
    }

    /** ε that would be spent with these releases, without entering them. */
    public synchronized double with(Releases releases) {
        List<Releases> all = new ArrayList<>(spent);
        add(all, releases);
        return accountant.epsilon(all, budget.delta());
    }

    /** ε spent so far. */
    public synchronized double epsilon() {
        return accountant.epsilon(spent, budget.delta());
    }

    public PrivacyBudget budget() {
        return budget;
    }

    /** Equal mechanisms together, in order of their first release. */
    public synchronized List<Releases> spent() {
        return List.copyOf(spent);
    }

    private void remember(Releases releases) {
        add(spent, releases);
    }

    private static void add(List<Releases> all, Releases more) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).mechanism().equals(more.mechanism())) {
                all.set(i, new Releases(more.mechanism(), all.get(i).count() + more.count()));
                return;
            }
        }
        all.add(more);
    }

    /** Idempotent. */
    @Override
    public synchronized void close() {
        if (file != null) {
            file.close();
        }
    }
}
