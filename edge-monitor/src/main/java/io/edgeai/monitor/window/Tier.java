package io.edgeai.monitor.window;

/** How finely windows divide time. */
public enum Tier {
    /** As long as the monitor was asked for, 10 s by default; an hour is kept. */
    FINE,
    /** A minute, or six fine ones if that is longer; a day is kept. */
    COARSE,
    /** An hour, or six coarse ones if that is longer; 30 days are kept. */
    LONG
}
