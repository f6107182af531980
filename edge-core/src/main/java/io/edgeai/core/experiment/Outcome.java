package io.edgeai.core.experiment;

/** What is known of a treatment against the control. */
public enum Outcome {
    /** Better than the control, the probability of saying so wrongly being at most α over all comparisons. */
    BETTER,
    /** Worse than the control, likewise. */
    WORSE,
    /** Not known yet. */
    UNDECIDED,
    /** Not decided at the end of an experiment of fixed size: no difference that it could show. */
    NO_DIFFERENCE_FOUND
}
