package io.edgeai.formats.safetensors;

import java.util.List;

/**
 * One tensor as a header describes it.
 *
 * @param type element type
 * @param dims dimensions, empty for a scalar
 * @param begin first byte, counted from the end of the header
 * @param end the byte behind the last
 */
public record SafetensorsEntry(SafetensorsType type, List<Long> dims, long begin, long end) {
    public SafetensorsEntry {
        dims = List.copyOf(dims);
    }

    public long bytes() {
        return end - begin;
    }

    /** The dimensions as tensors take them. */
    long[] shape() {
        return dims.stream().mapToLong(Long::longValue).toArray();
    }
}
