/**
 * One figure from 0 to 100 that decomposes exactly into its parts. A part without data says so and does not count.
 */
@NullMarked
package io.edgeai.monitor.health;

import org.jspecify.annotations.NullMarked;
