package io.edgeai.placement.spi;

import io.edgeai.placement.cost.Candidate;

/** A rule that every replica must keep. Pure and thread-safe. */
public interface Constraint {
    /** Short lower-case name, e.g. {@code "memory"}. */
    String name();

    /**
     * Whether the candidate keeps the rule. Called for every candidate, so it must not allocate or format.
     */
    boolean allows(Candidate candidate);

    /** Says by how much a candidate that is not allowed breaks the rule. */
    Violation explain(Candidate candidate);
}
