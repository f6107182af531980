package io.edgeai.core.registry;

import io.edgeai.core.validation.ModelPolicy;
import java.time.Instant;

/**
 * A policy as the registry keeps it.
 *
 * @param model whose versions it is for
 * @param environment where; {@link Policies#EVERYWHERE} for all of them
 * @param policy what it asks for
 * @param actor who set it
 * @param at when
 * @param reason why
 * @param entry the entry of the audit that set it
 */
public record StoredPolicy(
        String model, String environment, ModelPolicy policy, String actor, Instant at, String reason, long entry) {
    static StoredPolicy of(AuditEntry entry) {
        return new StoredPolicy(
                entry.ref().model().name(),
                entry.environment(),
                ModelPolicy.read(entry.evidence()),
                entry.actor(),
                entry.at(),
                entry.detail(),
                entry.sequence());
    }

    /** Where it holds, for people. */
    String place() {
        return environment.isEmpty() ? "every environment" : "environment (" + environment + ")";
    }

    /** What the audit says of a version that meets it. */
    String met() {
        return "the policy of entry (" + entry + ")";
    }

    boolean holds(String where) {
        return environment.isEmpty() || environment.equals(where);
    }
}
