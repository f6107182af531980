package io.edgeai.optimize;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.search.Preference;
import java.time.Duration;

/** The part of a recipe's builder that says what the result must satisfy and how long it may be looked for. */
public abstract sealed class RecipeLimits permits RecipeLessons {
    final RecipeSettings settings;

    RecipeLimits(RecipeSettings settings) {
        this.settings = settings;
    }

    abstract Recipe.Builder self();

    /**
     * Accepts only what keeps this share of the original's accuracy on the data; else tries gentler ways, and at
     * last returns the original.
     *
     * @param share above 0, at most 1; 0.99 is usual
     */
    public final Recipe.Builder keepAccuracy(double share, LabelledData data) {
        if (!(share > 0 && share <= 1)) {
            throw new InvalidInputException(
                    "keepAccuracy (" + share + ") must be above 0 and at most 1." + " Maybe write 0.99 for 99 %.");
        }
        settings.accuracyFloor = share;
        settings.labelled = data;
        return self();
    }

    /**
     * Accepts only what has the original's best class for this share of the samples; for data without labels.
     *
     * @param share above 0, at most 1; 0.96 is usual
     */
    public final Recipe.Builder keepAgreement(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new InvalidInputException(
                    "keepAgreement (" + share + ") must be above 0 and at most 1." + " Maybe write 0.96 for 96 %.");
        }
        settings.agreementFloor = share;
        return self();
    }

    /** Accepts only files of at most so many bytes. */
    public final Recipe.Builder maxBytes(long bytes) {
        if (bytes < 1) {
            throw new InvalidInputException("maxBytes (" + bytes + ") must be at least 1.");
        }
        settings.maxBytes = bytes;
        return self();
    }

    /** Accepts only what answers in this time here, at the median, on one thread. */
    public final Recipe.Builder maxLatency(Duration median) {
        if (median.isNegative() || median.isZero()) {
            throw new InvalidInputException("maxLatency (" + median + ") must be positive.");
        }
        settings.maxLatency = median;
        return self();
    }

    /**
     * Accepts only what a process of its own can open and run in so much memory: the most it ever held, Java machine and
     * engine included. Measured with the first sample, for each candidate that is within all other limits, which takes a
     * second or two each; a candidate for which the system does not tell (elsewhere than on Linux) is refused.
     */
    public final Recipe.Builder maxMemory(long bytes) {
        if (bytes < 1) {
            throw new InvalidInputException("maxMemory (" + bytes + ") must be at least 1.");
        }
        settings.maxMemory = bytes;
        return self();
    }

    /** Accepts only what needs at most so much memory by estimate: constants and intermediate values. */
    public final Recipe.Builder maxMemoryBytes(long bytes) {
        if (bytes < 1) {
            throw new InvalidInputException("maxMemoryBytes (" + bytes + ") must be at least 1.");
        }
        settings.maxMemoryBytes = bytes;
        return self();
    }

    /** What {@link Recipe.Builder#auto()} prefers among what it may take; default {@link Preference#BALANCED}. */
    public final Recipe.Builder prefer(Preference what) {
        settings.preference = what;
        return self();
    }

    /**
     * How long {@link Recipe.Builder#auto()} may take; default 1 hour. Where it is given, and there are samples or examples to train
     * on that the result is not judged by, the search also prunes, trains what it prunes, and quantizes that.
     */
    public final Recipe.Builder timeBudget(Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new InvalidInputException("timeBudget (" + time + ") must be positive.");
        }
        settings.timeBudget = time;
        return self();
    }

    /** Reports accuracy on the data before and after, without a floor. */
    public final Recipe.Builder labelled(LabelledData data) {
        settings.labelled = data;
        return self();
    }

    /** Rounds of the side-by-side measurement; default 15, 0 measures none. */
    public final Recipe.Builder latencyRounds(int rounds) {
        if (rounds < 0 || rounds > 10_000) {
            throw new InvalidInputException("latencyRounds (" + rounds + ") must be 0 to 10000.");
        }
        settings.latencyRounds = rounds;
        return self();
    }
}
