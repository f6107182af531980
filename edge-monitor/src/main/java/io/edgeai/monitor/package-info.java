/**
 * Watches served model versions: from nanoseconds on the inference path to windows, anomaly scores, drift, alerts and one health figure. {@link io.edgeai.monitor.EdgeMonitor} assembles the parts; each topic package also works alone.
 */
@NullMarked
package io.edgeai.monitor;

import org.jspecify.annotations.NullMarked;
