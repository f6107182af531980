package io.edgeai.placement.gap;

/** Fast random numbers of one thread: Marsaglia's xorshift with a multiplier (Vigna 2016). Not thread-safe. */
final class Dice {
    private long state;

    Dice(long seed) {
        this.state = (seed + 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L | 1;
        for (int i = 0; i < 8; i++) {
            bits();
        }
    }

    /** 32 random bits. */
    int bits() {
        state ^= state >>> 12;
        state ^= state << 25;
        state ^= state >>> 27;
        return (int) (state * 0x2545F4914F6CDD1DL >>> 32);
    }

    /** 0 to {@code bound - 1}. */
    int below(int bound) {
        return (int) ((bits() & 0xFFFFFFFFL) * bound >>> 32);
    }

    /** 0 to just below 1. */
    double unit() {
        return (bits() & 0xFFFFFFFFL) * 0x1.0p-32;
    }
}
