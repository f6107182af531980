/**
 * Training graphs in the data layout an engine convolves fastest in. Trained weights are inputs, which keeps engines from
 * choosing that layout themselves; here the graph asks for it.
 */
@NullMarked
package io.edgeai.core.train.layout;

import org.jspecify.annotations.NullMarked;
