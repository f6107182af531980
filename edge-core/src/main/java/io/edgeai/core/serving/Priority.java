package io.edgeai.core.serving;

/**
 * Who goes first where requests wait. Three of four places go by priority, the fourth to whoever has waited longest, so
 * that no level starves.
 */
public enum Priority {
    HIGH,
    NORMAL,
    LOW
}
