package io.edgeai.formats.tflite.ops;

/** Where the channels of a value are: behind all others, as TFLite keeps them, or right behind the batch. */
enum Layout {
    LAST,
    FIRST;

    /** The permutation that brings a value of this layout from the other one. */
    long[] fromOther(int rank) {
        long[] permutation = new long[rank];
        for (int i = 0; i < rank; i++) {
            permutation[i] =
                    this == FIRST ? i == 0 ? 0 : i == 1 ? rank - 1 : i - 1 : i == 0 ? 0 : i == rank - 1 ? 1 : i + 1;
        }
        return permutation;
    }

    /** Where the dimension of a channels-last axis is in this layout. */
    int axis(int channelsLast, int rank) {
        if (this == LAST || channelsLast == 0) {
            return channelsLast;
        }
        return channelsLast == rank - 1 ? 1 : channelsLast + 1;
    }
}
