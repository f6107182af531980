package io.edgeai.monitor.anomaly;

/** Which way a signal must move to be an anomaly. */
public enum Direction {
    UP,
    DOWN,
    BOTH
}
