package io.edgeai.monitor.anomaly.series;

/** A stage whose state flows field by field, without bytes of its own. */
interface Flowing {
    void state(StateFlow flow);
}
