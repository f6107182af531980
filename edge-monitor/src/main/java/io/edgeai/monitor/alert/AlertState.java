package io.edgeai.monitor.alert;

/** Where an alert stands. */
public enum AlertState {
    /** Seen, not yet confirmed. */
    PENDING,
    /** Confirmed and announced. */
    FIRING,
    /** Over. */
    RESOLVED
}
