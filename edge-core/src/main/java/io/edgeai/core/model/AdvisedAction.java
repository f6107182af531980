package io.edgeai.core.model;

/** What may be done about a served version. */
public enum AdvisedAction {
    /** Serve another version of the model. */
    ROLL_BACK,
    /** Add a replica. */
    SCALE_OUT,
    /** Serve it from another site. */
    MOVE,
    /** Run several requests at once. */
    BATCH,
    /** Derive a version with smaller numbers. */
    QUANTIZE,
    /** Learn from newer data. */
    RETRAIN
}
