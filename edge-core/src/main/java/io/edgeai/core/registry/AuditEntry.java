package io.edgeai.core.registry;

import io.edgeai.core.audit.Fields;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import java.time.Instant;
import java.util.Optional;

/**
 * One change, recorded in the transaction that made it; entries are never changed or removed.
 *
 * @param sequence position in the registry's history, rising by one
 * @param at when, on the registry's clock; never before the entry before
 * @param actor who
 * @param action what
 * @param ref to which version
 * @param detail the reason given, or what else is worth knowing
 * @param environment where; empty where it concerns the version in all of them
 * @param from the stage before; empty where none changed, or where it was recorded before stages were
 * @param to the stage after; empty where none changed
 * @param evidence what the decision rests on, as JSON; empty for none
 * @param record digest of all that is recorded of the version after this; empty where it was not the last change before
 *     digests were recorded
 * @param previous hash of the entry before; 64 zeros for the first
 * @param hash SHA-256 over {@code previous} and the other components, see {@link #computedHash}
 */
public record AuditEntry(
        long sequence,
        Instant at,
        String actor,
        AuditAction action,
        VersionRef ref,
        String detail,
        String environment,
        Optional<Stage> from,
        Optional<Stage> to,
        String evidence,
        String record,
        String previous,
        String hash) {
    /** What stands before the first entry. */
    public static final String GENESIS = "0".repeat(64);

    /** What {@link #hash} must be: the digest of {@link Fields} in the order of the components. */
    public String computedHash() {
        return new Fields()
                .add(previous)
                .add(sequence)
                .add(at.toString())
                .add(actor)
                .add(action.name())
                .add(ref.model().name())
                .add(ref.number())
                .add(detail)
                .add(environment)
                .add(from.map(Stage::name).orElse(""))
                .add(to.map(Stage::name).orElse(""))
                .add(evidence)
                .add(record)
                .hex();
    }

    AuditEntry hashed() {
        return new AuditEntry(
                sequence,
                at,
                actor,
                action,
                ref,
                detail,
                environment,
                from,
                to,
                evidence,
                record,
                previous,
                computedHash());
    }
}
