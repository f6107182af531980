package io.edgeai.formats.tflite.file;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of a subgraph.
 *
 * @param index its number there
 * @param name as the converter gave it; need not be unique
 * @param type element type
 * @param dims dimensions, -1 where unknown until run
 * @param rankKnown false for a tensor without dimensions that may be anything
 * @param data the constant's bytes, little-endian, or null for a computed value
 * @param quantization what its integers stand for
 * @param variable whether it keeps its value from call to call
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record TfliteTensor(
        int index,
        String name,
        TensorType type,
        long[] dims,
        boolean rankKnown,
        @Nullable ByteBuffer data,
        Quantization quantization,
        boolean variable) {

    public boolean constant() {
        return data != null;
    }

    /** Whether its integers stand for real numbers. */
    public boolean quantized() {
        return type.quantizable() && quantization.present();
    }

    public int rank() {
        return dims.length;
    }

    public boolean fixed() {
        return Arrays.stream(dims).allMatch(d -> d >= 0);
    }

    @Override
    public String toString() {
        return type + Arrays.toString(dims) + " " + name;
    }
}
