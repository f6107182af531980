/**
 * Updates and models as bytes: plain floats of 4 or 2 bytes, blocks of 8, 4, 2 or 1 bits with a scale, or only the largest values. Everything read is bounded before memory is taken, and decoding adds straight into a sum.
 */
@NullMarked
package io.edgeai.federated.codec;

import org.jspecify.annotations.NullMarked;
