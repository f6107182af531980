/**
 * A general detector for any series of timestamps and values. Several kinds of surprise, each calibrated on the series' own past, are combined into one score.
 */
@NullMarked
package io.edgeai.monitor.anomaly.series;

import org.jspecify.annotations.NullMarked;
