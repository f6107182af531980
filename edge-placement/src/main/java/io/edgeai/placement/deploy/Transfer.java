package io.edgeai.placement.deploy;

/**
 * What bringing one artifact to one site cost.
 *
 * @param sentBytes bytes of all chunks sent, damaged ones included; 0 where the site had it
 * @param sentChunks how many chunks that were
 * @param delta whether a delta was sent instead of the whole
 */
public record Transfer(long sentBytes, int sentChunks, boolean delta) {
    /** The site had it. */
    public static final Transfer NOTHING = new Transfer(0, 0, false);

    public Transfer plus(Transfer other) {
        return new Transfer(sentBytes + other.sentBytes, sentChunks + other.sentChunks, delta || other.delta);
    }
}
