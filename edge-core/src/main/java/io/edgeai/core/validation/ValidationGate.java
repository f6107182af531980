package io.edgeai.core.validation;

/**
 * One test that a version must pass before it may get traffic. Must be thread-safe. What it throws counts as a failure,
 * with the message as evidence: a gate that breaks is not a gate that was passed.
 */
public interface ValidationGate {
    /** Short stable name, e.g. {@code "format scan"}. */
    String name();

    /** Looks at a version; must not change the files. */
    GateResult check(Candidate candidate);
}
