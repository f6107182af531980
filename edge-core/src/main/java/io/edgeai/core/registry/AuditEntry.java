package io.edgeai.core.registry;

import io.edgeai.core.model.VersionRef;
import java.time.Instant;

/**
 * One change, recorded in the transaction that made it; entries are never changed or removed.
 *
 * @param sequence position in the registry's history, rising
 * @param at when, on the registry's clock
 * @param actor who
 * @param action what
 * @param ref to which version
 * @param detail the reason given, or what else is worth knowing
 */
public record AuditEntry(long sequence, Instant at, String actor, AuditAction action, VersionRef ref, String detail) {}
