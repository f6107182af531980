/**
 * Finds changes in a stream of single values, errors or measurements, one row at a time in constant memory. All detectors
 * share one small interface, which a host may implement too.
 */
@NullMarked
package io.edgeai.monitor.drift.stream;

import org.jspecify.annotations.NullMarked;
