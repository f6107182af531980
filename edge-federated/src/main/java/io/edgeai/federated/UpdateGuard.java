package io.edgeai.federated;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.privacy.Clipping;
import io.edgeai.federated.privacy.DiscreteGaussian;
import io.edgeai.federated.privacy.GaussianNoise;
import io.edgeai.federated.privacy.NoiseRandom;
import io.edgeai.federated.secagg.SumTerms;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a participant elsewhere does to the change of its parameters before it leaves. Immutable as long as the array is left
 * alone.
 *
 * @param clipNorm longest change, by Euclid; 0 for no limit
 * @param layers where each part that is limited by itself begins, ascending from 0, and last the number of parameters
 * @param noise multiplier of the noise that the participant adds for itself; 0 for none
 * @param sum how it enters a secure sum; null where it is sent as it is
 */
@SuppressWarnings("ArrayRecordComponent")
public record UpdateGuard(double clipNorm, int[] layers, double noise, @Nullable SumTerms sum) {
    public UpdateGuard {
        if (!(clipNorm >= 0 && clipNorm <= 1e9 && noise >= 0 && noise <= 1e6) || (noise > 0 && clipNorm == 0)) {
            throw new InvalidInputException("clipNorm (" + clipNorm + ") and noise (" + noise
                    + ") must be 0 to 1e9 and 0 to 1e6, and noise needs a norm.");
        }
        if (layers.length < 2 || layers[0] != 0 || !ascending(layers)) {
            throw new InvalidInputException("layers " + Arrays.toString(layers) + " must ascend from 0.");
        }
    }

    private static boolean ascending(int[] layers) {
        for (int i = 1; i < layers.length; i++) {
            if (layers[i] <= layers[i - 1]) {
                return false;
            }
        }
        return true;
    }

    /**
     * The noise multiplier that a release keeps: the participant's own, or that of all parts of a sum together where no more
     * than the minimum survive. 0 where the coordinator adds noise, or nobody.
     */
    public double promisedNoise() {
        SumTerms terms = sum;
        if (terms == null || terms.noise() == 0 || clipNorm == 0) {
            return noise;
        }
        double longest = clipNorm / terms.units().granularity() + terms.rounding(layers[layers.length - 1]);
        return terms.noise() * Math.sqrt(terms.minimumSurvivors()) / longest;
    }

    /**
     * Limits a change and adds the participant's own noise, in place.
     *
     * @throws InvalidInputException where it has another length than the layers
     */
    public void limit(float[] change) {
        limit(change, NoiseRandom.secure());
    }

    private void limit(float[] change, NoiseRandom random) {
        if (layers[layers.length - 1] != change.length) {
            throw new InvalidInputException(
                    "A change of (" + change.length + ") values has layers up to " + layers[layers.length - 1] + ".");
        }
        if (clipNorm > 0) {
            boolean unused = Clipping.perLayer(clipNorm).start(layers).clip(change);
        }
        if (noise > 0) {
            double[] noisy = new double[change.length];
            Arrays.setAll(noisy, i -> change[i]);
            new GaussianNoise(random).addTo(noisy, noise, clipNorm);
            for (int i = 0; i < noisy.length; i++) {
                change[i] = (float) noisy[i];
            }
        }
    }

    /**
     * A change as whole numbers for a secure sum, limited and with this participant's part of the noise.
     *
     * @param round whose coordinates and rotation a coded sum shares
     * @throws InvalidInputException where there is no sum, or the change has another length than the layers
     */
    public int[] units(float[] change, long round) {
        SumTerms terms = sum;
        if (terms == null) {
            throw new InvalidInputException("There is no secure sum to make units for.");
        }
        NoiseRandom random = NoiseRandom.secure();
        float[] limited = change.clone();
        limit(limited, random);
        int[] units = terms.encode(limited, round, new SplittableRandom(random.bits()));
        if (terms.noise() > 0) {
            DiscreteGaussian share = DiscreteGaussian.of(terms.noise(), random);
            for (int i = 0; i < units.length; i++) {
                units[i] += (int) share.sample();
            }
        }
        return units;
    }
}
