/**
 * Rewrites of a graph that keep its answers: constants, dead parts, batch normalization and padding folded away. Quantization wants such a graph, since it reads weights and ranges straight off it.
 */
@NullMarked
package io.edgeai.optimize.fuse;

import org.jspecify.annotations.NullMarked;
