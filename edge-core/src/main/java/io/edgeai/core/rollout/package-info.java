/**
 * Which version answers which request. Splits are immutable values; whoever holds a split decides when it changes.
 */
@NullMarked
package io.edgeai.core.rollout;

import org.jspecify.annotations.NullMarked;
