/**
 * Truths that arrive after the answers they judge. They are joined by the prediction's id, in either order and in bounded
 * memory, and become accuracy with its interval.
 */
@NullMarked
package io.edgeai.monitor.label;

import org.jspecify.annotations.NullMarked;
