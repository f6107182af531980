package io.edgeai.core.answers;

/** As what a version answered. */
public enum AnswerRole {
    /** The active version of its environment. */
    ACTIVE,
    /** A new version with a share of the active one's requests. */
    CANARY,
    /** What the treatments of an experiment are compared with. */
    CONTROL,
    /** Compared with the control of an experiment. */
    TREATMENT,
    /** One of several in a split that is none of these. */
    ARM,
    /** Asked for by its number, or given all requests by hand. */
    PINNED
}
