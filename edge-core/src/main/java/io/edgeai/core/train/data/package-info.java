/**
 * Examples for training: where they come from and how they are changed on the way. Batches are filled into memory that
 * is used again, so that an epoch allocates next to nothing.
 */
@NullMarked
package io.edgeai.core.train.data;

import org.jspecify.annotations.NullMarked;
