/**
 * Extension points of placement: constraints, score terms and strategies. Implementations must be pure functions of the candidate and safe for use by many threads.
 */
@NullMarked
package io.edgeai.placement.spi;

import org.jspecify.annotations.NullMarked;
