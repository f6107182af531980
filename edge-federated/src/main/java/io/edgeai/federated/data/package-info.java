/**
 * Labelled samples and how they lie among participants: readers of MNIST and FSYN files, generated sets, and partitioners. Sets are immutable views over one shared array, so that a thousand participants cost no more memory than the data itself.
 */
@NullMarked
package io.edgeai.federated.data;

import org.jspecify.annotations.NullMarked;
