package io.edgeai.core.registry;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.registry.Journal.Why;
import io.edgeai.core.signing.VerifyingKey;
import io.edgeai.core.validation.ValidationReport;
import io.edgeai.core.validation.VersionSignature;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds versions to what the registry asks of them. Signatures are looked at each time; that the gates of a policy were passed
 * is an entry of the audit, and whoever finds none runs them. Thread-safe.
 */
final class Policing {
    private final Memory memory;
    private final VersionFiles files;
    private volatile Known known = new Known(0, List.of());

    /** As of the last entry that set one; a registry that has none pays nothing for them. */
    private record Known(long sequence, List<StoredPolicy> policies) {}

    Policing(Memory memory, VersionFiles files) {
        this.memory = memory;
        this.files = files;
    }

    /** The latest of each model and environment. */
    List<StoredPolicy> known() {
        return memory.read(catalog -> asOf(catalog.audit().lastPolicy(), catalog.audit()));
    }

    private List<StoredPolicy> asOf(long sequence, AuditTable audit) throws SQLException {
        Known now = known;
        if (now.sequence() != sequence) {
            Map<String, StoredPolicy> latest = new HashMap<>();
            for (AuditEntry entry : audit.policies()) {
                StoredPolicy policy = StoredPolicy.of(entry);
                latest.put(policy.model() + "@" + policy.environment(), policy);
            }
            now = new Known(sequence, List.copyOf(latest.values()));
            known = now;
        }
        return now.policies();
    }

    private static List<StoredPolicy> holding(List<StoredPolicy> all, Entry entry, String environment) {
        return all.stream()
                .filter(policy -> policy.model().equals(entry.ref().model().name())
                        && policy.holds(environment)
                        && !policy.policy().isNone())
                .toList();
    }

    /** What holds for a version there. */
    List<StoredPolicy> of(Entry entry, String environment) {
        return holding(known(), entry, environment);
    }

    /**
     * The policies whose gates a version has yet to pass, as of a transaction that writes.
     *
     * @throws LifecycleException where nobody who may has signed it
     */
    List<StoredPolicy> unmet(Journal.Changes changes, Entry entry, String environment) throws SQLException {
        AuditTable audit = changes.catalog().audit();
        return unmet(audit, entry, holding(asOf(changes.lastPolicy(), audit), entry, environment));
    }

    /** As {@link #unmet(Journal.Changes, Entry, String)}, as of now. */
    List<StoredPolicy> unmet(Entry entry, String environment) {
        return memory.read(catalog -> {
            AuditTable audit = catalog.audit();
            return unmet(audit, entry, holding(asOf(audit.lastPolicy(), audit), entry, environment));
        });
    }

    private static List<StoredPolicy> unmet(AuditTable audit, Entry entry, List<StoredPolicy> policies)
            throws SQLException {
        List<StoredPolicy> unmet = new ArrayList<>();
        for (StoredPolicy policy : policies) {
            requireSigned(entry.version(), policy);
            if (!audit.meets(entry.ref(), policy.met())) {
                unmet.add(policy);
            }
        }
        return unmet;
    }

    private static void requireSigned(ModelVersion version, StoredPolicy policy) {
        List<VerifyingKey> keys = policy.policy().signedBy();
        if (!keys.isEmpty() && !VersionSignature.signedBy(version, keys)) {
            throw new LifecycleException("Version (" + version.ref() + ") has no signature by any of " + keys
                    + ", which (" + policy.actor() + ") asks for in " + policy.place()
                    + ". Maybe sign it by 'edgeai registry sign', anew where a tag was changed.");
        }
    }

    /**
     * Runs the gates of a policy.
     *
     * @throws LifecycleException where one fails
     */
    ValidationReport pass(Entry entry, StoredPolicy policy) {
        ValidationReport report = ValidationReport.of(
                files.candidate(entry.ref()), policy.policy().gates());
        if (!report.passed()) {
            throw new LifecycleException("Version (" + entry.ref() + ") does not meet what (" + policy.actor()
                    + ") asks for in " + policy.place() + ": " + report.summary()
                    + " Maybe register a repaired version, or see 'edgeai registry policy show'.");
        }
        return report;
    }

    static void note(Journal.Changes changes, Entry entry, StoredPolicy policy, ValidationReport report)
            throws SQLException {
        AuditEntry noted = changes.noted(
                entry, AuditAction.POLICY_MET, new Why(policy.environment(), policy.met(), report.json()));
        assert noted.ref().equals(entry.ref());
    }
}
