package io.edgeai.core.model;

/** How well a served version does, coarsely enough to act on. */
public enum HealthLevel {
    /** Nobody calls it, or nothing is known yet. */
    UNKNOWN,
    /** 85 points or more. */
    GOOD,
    /** 60 to 85 points. */
    FAIR,
    /** Below 60 points. */
    POOR
}
