package io.edgeai.core.registry;

import io.edgeai.core.error.ModelIntegrityException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The audit by model, told only where it is whole: that an entry is missing, because a bit of its model's name or of an index is
 * not as it was, shows in the chain of all entries alone. Each entry of the chain is computed once. Thread-safe.
 */
final class ModelHistories {
    private static final int PAGE = 1000;

    private final Memory memory;
    private final Map<String, Integer> counts = new HashMap<>();
    private long sequence;
    private String hash = AuditEntry.GENESIS;

    ModelHistories(Memory memory) {
        this.memory = memory;
    }

    /** @throws ModelIntegrityException where an entry of any model is missing or not as it was written */
    List<AuditEntry> of(String model) {
        return memory.read(
                catalog -> { // one reader at a time
                    long written = catalog.audit().written();
                    follow(catalog.audit());
                    if (sequence < written) {
                        throw broken("it ends with entry (" + sequence + ") and not (" + written + ")");
                    }
                    List<AuditEntry> entries = catalog.audit().of(model);
                    // An index that is damaged leaves entries out, or shows one in another's place.
                    long found = entries.stream()
                            .filter(entry -> entry.ref().model().name().equals(model))
                            .mapToLong(AuditEntry::sequence)
                            .distinct()
                            .count();
                    if (entries.size() != found || found != counts.getOrDefault(model, 0)) {
                        throw broken("(" + found + ") entries of model (" + model + ") are found and not ("
                                + counts.getOrDefault(model, 0) + ")");
                    }
                    return entries;
                });
    }

    private void follow(AuditTable audit) throws SQLException {
        for (List<AuditEntry> page = audit.page(sequence, PAGE); !page.isEmpty(); page = audit.page(sequence, PAGE)) {
            for (AuditEntry entry : page) {
                if (entry.sequence() != sequence + 1
                        || !entry.previous().equals(hash)
                        || !entry.hash().equals(entry.computedHash())) {
                    throw broken("entry (" + entry.sequence() + ") does not follow entry (" + sequence + ")");
                }
                counts.merge(entry.ref().model().name(), 1, Integer::sum);
                sequence = entry.sequence();
                hash = entry.hash();
            }
        }
    }

    private static ModelIntegrityException broken(String what) {
        return new ModelIntegrityException("The audit is not whole: " + what
                + ". Maybe restore the database from a backup; 'audit --verify' lists all that is wrong.");
    }
}
