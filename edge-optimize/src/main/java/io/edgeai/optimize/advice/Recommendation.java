package io.edgeai.optimize.advice;

import io.edgeai.core.model.OptimizationKind;
import java.util.Locale;

/**
 * One thing to try, with the range that models of this kind reached on a processor with VNNI and one thread.
 *
 * @param kind what
 * @param why what in the model speaks for it
 * @param leastSpeedup lower end of the speedup to expect
 * @param mostSpeedup upper end
 * @param sizeShare size to expect as a share of the original's
 * @param needs what it takes besides the model; empty for nothing
 */
public record Recommendation(
        OptimizationKind kind, String why, double leastSpeedup, double mostSpeedup, double sizeShare, String needs) {
    @Override
    public String toString() {
        String speed = leastSpeedup == mostSpeedup
                ? String.format(Locale.ROOT, "%.1f×", leastSpeedup)
                : String.format(Locale.ROOT, "%.1f–%.1f×", leastSpeedup, mostSpeedup);
        return kind + ": " + why + "; expect " + speed + " the speed and "
                + String.format(Locale.ROOT, "%.0f %%", 100 * sizeShare) + " of the size"
                + (needs.isEmpty() ? "" : "; needs " + needs);
    }
}
