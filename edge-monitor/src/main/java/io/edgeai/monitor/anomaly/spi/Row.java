package io.edgeai.monitor.anomaly.spi;

/**
 * One row of a series as a {@link Scorer} sees it.
 *
 * @param epochMillis when it was measured; may repeat or go back
 * @param value what was measured, finite
 * @param expected what is usual at this time, from earlier rows only
 * @param residual how far the value is from that, by the {@link Residual} in use
 */
public record Row(long epochMillis, double value, double expected, double residual) {}
