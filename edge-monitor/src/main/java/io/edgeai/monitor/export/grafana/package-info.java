/**
 * A Grafana dashboard of the figures at {@code /metrics}. It is made from the same names that are written there, so that no
 * panel asks for a figure that does not exist.
 */
@NullMarked
package io.edgeai.monitor.export.grafana;

import org.jspecify.annotations.NullMarked;
