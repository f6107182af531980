package io.edgeai.federated.codec;

import io.edgeai.core.error.InvalidInputException;
import java.util.SplittableRandom;

/**
 * The same random choice of coordinates for all participants of a round, so that sparse vectors can be added up without
 * anyone seeing one of them. Values are scaled by 1 / share, which keeps the expectation. Immutable and thread-safe.
 *
 * @param share of the coordinates, above 0 to 1
 * @param seed of the round
 */
public record SharedMask(double share, long seed) {
    public SharedMask {
        if (!(share > 0 && share <= 1)) {
            throw new InvalidInputException("share (" + share + ") of coordinates must be above 0 to 1.");
        }
    }

    /** Coordinates kept of that many. */
    public int kept(int size) {
        return Math.max(1, (int) Math.round(share * size));
    }

    /** The coordinates, ascending. */
    public int[] coordinates(int size) {
        int[] chosen = new int[kept(size)];
        SplittableRandom random = new SplittableRandom(seed);
        int n = 0;
        for (int i = 0; n < chosen.length; i++) {
            if (random.nextInt(size - i) < chosen.length - n) {
                chosen[n++] = i;
            }
        }
        return chosen;
    }

    /** The values at the coordinates, scaled. */
    public float[] gather(float[] values) {
        int[] chosen = coordinates(values.length);
        float scale = (float) values.length / chosen.length;
        float[] gathered = new float[chosen.length];
        for (int i = 0; i < chosen.length; i++) {
            gathered[i] = scale * values[chosen[i]];
        }
        return gathered;
    }

    /** Adds gathered values back at their coordinates. */
    public void scatter(double[] gathered, double[] sum) {
        int[] chosen = coordinates(sum.length);
        for (int i = 0; i < chosen.length; i++) {
            sum[chosen[i]] += gathered[i];
        }
    }
}
