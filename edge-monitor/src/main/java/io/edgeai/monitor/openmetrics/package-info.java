/**
 * Figures as OpenMetrics text, version 1.0.0, for Prometheus and its like. The writer knows the format's rules; what to
 * write is told by others.
 */
@NullMarked
package io.edgeai.monitor.openmetrics;

import org.jspecify.annotations.NullMarked;
