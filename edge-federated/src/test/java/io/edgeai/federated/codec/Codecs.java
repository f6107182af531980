package io.edgeai.federated.codec;

import java.util.List;
import java.util.Random;

/** One codec of each kind, in the order of their numbers, and updates to send with them. */
final class Codecs {
    private Codecs() {}

    static List<Codec> all() {
        return List.of(
                Codec.f32(),
                Codec.f16(),
                Codec.bf16(),
                Codec.int8(),
                Codec.int4(),
                Codec.ternary(),
                Codec.sign(),
                Codec.top(0.1),
                Codec.int3());
    }

    static float[] update(int size, long seed) {
        Random random = new Random(seed);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(4) - 3));
        }
        return values;
    }
}
