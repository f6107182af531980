/**
 * Files that carry tensors and tables: NumPy {@code .npy} and {@code .npz}, MNIST's IDX, CSV and JSON. Every reader is bounded before it allocates, and an error names the file and the place in it.
 */
@NullMarked
package io.edgeai.samples.data;

import org.jspecify.annotations.NullMarked;
