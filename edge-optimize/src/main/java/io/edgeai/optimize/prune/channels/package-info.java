/**
 * Which channels of a graph belong together: a channel is an index along an axis of a value, and operators tie indices
 * of their inputs to indices of their outputs. What is tied can only be removed together; what reaches an output of the
 * model, or an operator whose meaning would change, stays.
 */
@NullMarked
package io.edgeai.optimize.prune.channels;

import org.jspecify.annotations.NullMarked;
