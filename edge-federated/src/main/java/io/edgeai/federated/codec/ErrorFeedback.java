package io.edgeai.federated.codec;

import io.edgeai.core.error.InvalidInputException;

/**
 * What one participant's codec left out, to be sent with a later update; biased codecs converge with it (Karimireddy et al.
 * 2019). Used by one thread at a time.
 */
public final class ErrorFeedback {
    private final Codec codec;
    private final double decay;
    private volatile float[] rest = new float[0];

    /**
     * @param decay share of the rest that is kept until the next update, 0 to 1; below 1 where participants come back after
     *     many rounds and their rests are stale
     */
    public ErrorFeedback(Codec codec, double decay) {
        if (!(decay >= 0 && decay <= 1)) {
            throw new InvalidInputException("decay (" + decay + ") of what was left out must be 0 to 1.");
        }
        this.codec = codec;
        this.decay = decay;
    }

    /** What was left out so far, to outlive this process; empty before the first update. Not a copy, and never changed. */
    public float[] rest() {
        return rest;
    }

    /** Goes on from what {@link #rest()} gave; taken over. */
    public void restore(float[] leftOut) {
        rest = leftOut;
    }

    /**
     * Encodes the update with the rest of earlier ones; the update itself is not changed. A value too large for the codec
     * leaves no rest.
     *
     * @throws InvalidInputException where earlier updates had another number of values
     */
    public byte[] encode(float[] update, long seed) {
        float[] earlier = rest;
        if (earlier.length > 0 && earlier.length != update.length) {
            throw new InvalidInputException("An update has (" + update.length + ") values, earlier ones had "
                    + earlier.length + ". Maybe use one feedback a model.");
        }
        float[] whole = update.clone();
        for (int i = 0; i < earlier.length; i++) {
            whole[i] += (float) (decay * earlier[i]);
        }
        byte[] message = codec.encode(whole, seed);
        float[] sent = Codec.decode(message, whole.length);
        for (int i = 0; i < whole.length; i++) {
            whole[i] = Float.isFinite(sent[i]) ? whole[i] - sent[i] : 0;
        }
        rest = whole;
        return message;
    }
}
