package io.edgeai.monitor.anomaly.spi;

/** What a stage has learnt, as bytes. A stage that learns nothing leaves both as they are. */
public interface Stage {
    /** All that was learnt; empty for a stage that learns nothing. */
    default byte[] save() {
        return new byte[0];
    }

    /** Takes over what an earlier one of the same kind {@linkplain #save saved}. */
    default void restore(byte[] state) {}
}
