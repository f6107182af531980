package io.edgeai.federated;

/** Where a round is; each follows the one before it. */
public enum RoundPhase {
    /** Waiting for enough participants, and choosing among them. */
    SELECTING,
    /** Making the tasks and writing down who was chosen. */
    CONFIGURING,
    /** Participants work; their updates are checked, written down, acknowledged and added up. */
    COLLECTING,
    /** The sum becomes readable: masks of secure aggregation go, noise comes. */
    UNMASKING,
    /** The model moves, is evaluated, and becomes the journal's new beginning. */
    COMMITTING
}
