package io.edgeai.monitor.trend;

/**
 * When a series will first reach a threshold, in rows after its last one. Infinite where fewer of the simulated futures
 * than that share reach it within the limit.
 *
 * @param threshold the value to be reached
 * @param upwards whether the threshold lies above the series
 * @param limit how many rows were looked ahead
 * @param chance share of futures that reach it within the limit
 * @param p10 one future in ten reaches it earlier
 * @param p50 half of the futures reach it earlier
 * @param p90 one future in ten reaches it later or never
 * @param trend what moves the series there
 */
public record Crossing(
        double threshold, boolean upwards, int limit, double chance, double p10, double p50, double p90, Trend trend) {}
