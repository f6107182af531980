package io.edgeai.monitor.drift.stream;

/**
 * A change of a stream.
 *
 * @param row where it was found, the first row being 0
 * @param since where it began as far as the detector can tell, at most {@code row}
 * @param before mean until then
 * @param after mean from then on, NaN where the detector keeps none
 */
public record Change(long row, long since, double before, double after) {}
