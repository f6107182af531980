package io.edgeai.federated.codec;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** How values become bytes. Stateless and thread-safe. Little-endian throughout. */
interface Encoding {
    /** Bytes that hold that many values; the most, where it depends on them. */
    long bytes(int values);

    void write(float[] values, ByteBuffer out, SplittableRandom random);

    /**
     * Adds weight times each value; reads exactly what was written.
     *
     * @throws io.edgeai.core.error.InvalidInputException where the bytes are no such values
     */
    void addTo(double[] sum, double weight, ByteBuffer in);
}
