package io.edgeai.formats.golden;

import java.util.Locale;

/**
 * How an output compares with the expected one.
 *
 * @param elements how many there are
 * @param relative greatest difference, by the greatest magnitude or 1
 * @param differing elements that are not equal
 * @param beyond elements more than one apart
 * @param integers whether the expected output holds integers
 */
public record Comparison(int elements, double relative, int differing, int beyond, boolean integers) {
    public static Comparison of(Npy expected, double[] actual) {
        double[] wanted = expected.numbers();
        if (wanted.length != actual.length) {
            throw new AssertionError("expected " + wanted.length + " elements, got " + actual.length);
        }
        double peak = 1;
        double most = 0;
        int differing = 0;
        int beyond = 0;
        for (int i = 0; i < wanted.length; i++) {
            double apart = Math.abs(wanted[i] - actual[i]);
            if (Double.isNaN(wanted[i]) && Double.isNaN(actual[i])) {
                continue;
            }
            peak = Math.max(peak, Math.abs(wanted[i]));
            most = Double.isNaN(apart) ? Double.POSITIVE_INFINITY : Math.max(most, apart);
            differing += apart > 0 ? 1 : 0;
            beyond += apart > 1 ? 1 : 0;
        }
        return new Comparison(
                wanted.length, most / peak, differing, beyond, !expected.type().startsWith("f"));
    }

    /** Real numbers within a relative bound; integers within one on at least 99.5 %. */
    public boolean within(double bound) {
        return integers ? beyond <= elements * .005 : relative <= bound;
    }

    @Override
    public String toString() {
        return integers
                ? String.format(Locale.ROOT, "%d of %d differ, %d by more than 1", differing, elements, beyond)
                : String.format(Locale.ROOT, "%.1e", relative);
    }
}
