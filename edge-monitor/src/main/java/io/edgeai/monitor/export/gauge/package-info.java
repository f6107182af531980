/**
 * The gauges of a monitor for any exporter: names, units, tags, and where each value is read. What counts calls and measures
 * their time is not among them, since exporters have instruments of their own for that.
 */
@NullMarked
package io.edgeai.monitor.export.gauge;

import org.jspecify.annotations.NullMarked;
