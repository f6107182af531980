package io.edgeai.optimize.latency;

/**
 * Latency of one model, by the clock it was measured with.
 *
 * @param p50Micros median microseconds of a run
 * @param p99Micros 99th percentile in microseconds
 * @param runs runs measured
 */
public record LatencySummary(double p50Micros, double p99Micros, int runs) {}
