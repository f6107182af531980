package io.edgeai.formats.safetensors;

/**
 * One tensor as a header describes it.
 *
 * @param type element type
 * @param dims dimensions, empty for a scalar
 * @param begin first byte, counted from the end of the header
 * @param end the byte behind the last
 */
public record SafetensorsEntry(SafetensorsType type, long[] dims, long begin, long end) {
    public SafetensorsEntry {
        dims = dims.clone();
    }

    @Override
    public long[] dims() {
        return dims.clone();
    }

    public long bytes() {
        return end - begin;
    }
}
