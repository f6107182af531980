package io.edgeai.federated.strategy;

/**
 * What a participant does besides plain or proximal descent.
 *
 * @param kind which rule
 * @param strength of the pull of a personal model towards the common one; 0 for other kinds
 */
public record LocalRule(Kind kind, double strength) {
    /** The rules that participants of this library know; a participant that does not know one must refuse the task. */
    public enum Kind {
        /** Nothing more. */
        PLAIN,
        /** Descent corrected by control variates. */
        SCAFFOLD,
        /** A personal model besides the common one. */
        DITTO
    }

    public static LocalRule plain() {
        return new LocalRule(Kind.PLAIN, 0);
    }
}
