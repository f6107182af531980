/**
 * The seven named strategies, one file each, and the score terms they are made of. A strategy is a list of weighted terms plus its own constraints, so a user's own is one lambda away.
 */
@NullMarked
package io.edgeai.placement.strategy;

import org.jspecify.annotations.NullMarked;
