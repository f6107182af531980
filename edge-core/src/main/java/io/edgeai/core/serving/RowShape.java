package io.edgeai.core.serving;

import java.util.List;

/**
 * The dimensions after the first of each input, one input after the other in the order of the model's signature; how many
 * each has follows from that.
 */
record RowShape(List<Long> dims, long elements) {
    RowShape {
        dims = List.copyOf(dims);
    }
}
