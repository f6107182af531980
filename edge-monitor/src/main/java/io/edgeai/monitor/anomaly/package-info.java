/**
 * Causal streaming detectors whose one setting is how many false alarms a day are acceptable. A score of 0.5 or more is an alert; a score never depends on later values.
 */
@NullMarked
package io.edgeai.monitor.anomaly;

import org.jspecify.annotations.NullMarked;
