/**
 * Decides where models run: sites and workloads in, a plan with its reasons out. Start at PlacementEngine; problems and plans also travel as JSON.
 */
@NullMarked
package io.edgeai.placement;

import org.jspecify.annotations.NullMarked;
