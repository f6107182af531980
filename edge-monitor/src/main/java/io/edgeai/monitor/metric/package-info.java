/**
 * Counts inferences on the caller's thread without locks or allocation. Windows are differences of cumulative counts, so no record is lost or counted twice however windows roll.
 */
@NullMarked
package io.edgeai.monitor.metric;

import org.jspecify.annotations.NullMarked;
