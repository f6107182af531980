/**
 * Extension points of placement: constraints, score terms, strategies and solvers. Implementations must be safe for use by many threads, and all but solvers pure functions of the candidate.
 */
@NullMarked
package io.edgeai.placement.spi;

import org.jspecify.annotations.NullMarked;
