package io.edgeai.federated;

/** Independent seeds for the parts of a run, by the finalizer of SplitMix64 (Steele et al. 2014). */
final class Seeds {
    private Seeds() {}

    static long mix(long seed, long round, long purpose) {
        return scramble(scramble(scramble(seed) + round) + purpose);
    }

    private static long scramble(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
