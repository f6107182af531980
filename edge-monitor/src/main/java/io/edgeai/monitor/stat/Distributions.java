package io.edgeai.monitor.stat;

import java.util.function.DoubleUnaryOperator;

/** Tail probabilities of the distributions that the tests here need. Stateless. */
public final class Distributions {
    private static final double[] LANCZOS = {
        676.5203681218851,
        -1259.1392167224028,
        771.3234287776531,
        -176.6150291621406,
        12.507343278686905,
        -0.13857109526572012,
        9.984369578019572e-6,
        1.5056327351493116e-7
    };

    private Distributions() {}

    /** P(Z &gt; z) of the standard normal, relative error below 1e-9 through the incomplete gamma function. */
    public static double normalUpper(double z) {
        double half = 0.5 * gammaUpper(0.5, z * z / 2);
        return z >= 0 ? half : 1 - half;
    }

    /** P(X &gt; x) of chi-squared with {@code degrees} degrees of freedom. */
    public static double chiSquaredUpper(double x, double degrees) {
        return x <= 0 ? 1 : gammaUpper(degrees / 2, x / 2);
    }

    /** The z with P(Z ≤ z) = {@code p} of the standard normal, to about 1e-12; p above 0 and below 1. */
    public static double normalQuantile(double p) {
        return halved(z -> 1 - normalUpper(z), p);
    }

    /** P(T &gt; t) of Student's t with {@code degrees} above 0 degrees of freedom. */
    public static double studentUpper(double t, double degrees) {
        double half = 0.5 * IncompleteBeta.lower(degrees / 2, 0.5, degrees / (degrees + t * t));
        return t >= 0 ? half : 1 - half;
    }

    /** The t with P(T ≤ t) = {@code p} of Student's t, to about 1e-12; p above 0 and below 1. */
    public static double studentQuantile(double p, double degrees) {
        return halved(t -> 1 - studentUpper(t, degrees), p);
    }

    private static double halved(DoubleUnaryOperator distribution, double p) {
        double low = -1;
        double high = 1;
        while (distribution.applyAsDouble(low) > p && low > -1e100) {
            low *= 2;
        }
        while (distribution.applyAsDouble(high) < p && high < 1e100) {
            high *= 2;
        }
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (distribution.applyAsDouble(middle) < p) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /** ln Γ(x) for x &gt; 0 (Lanczos, g = 7, n = 9; about 1e-14). */
    public static double logGamma(double x) {
        if (x < 0.5) {
            return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
        }
        double shifted = x - 1;
        double sum = 0.9999999999998099;
        for (int i = 0; i < LANCZOS.length; i++) {
            sum += LANCZOS[i] / (shifted + i + 1);
        }
        double t = shifted + LANCZOS.length - 0.5;
        return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum);
    }

    /** The regularised upper incomplete gamma function Q(a, x): series below a + 1, else Lentz's continued fraction. */
    public static double gammaUpper(double a, double x) {
        if (x <= 0) {
            return 1;
        }
        double factor = Math.exp(a * Math.log(x) - x - logGamma(a));
        return x < a + 1 ? 1 - factor * lowerSeries(a, x) : factor * upperFraction(a, x);
    }

    /**
     * The probabilities of 0 … {@code draws} marked items among {@code draws} taken without replacement from
     * {@code total}, {@code marked} of which are marked (hypergeometric).
     */
    public static double[] hypergeometric(int total, int marked, int draws) {
        double[] p = new double[draws + 1];
        for (int x = Math.max(0, draws - (total - marked)); x <= Math.min(draws, marked); x++) {
            p[x] = Math.exp(logChoose(marked, x) + logChoose(total - marked, draws - x) - logChoose(total, draws));
        }
        return p;
    }

    private static double logChoose(int n, int k) {
        return logGamma(n + 1.0) - logGamma(k + 1.0) - logGamma(n - k + 1.0);
    }

    private static double lowerSeries(double a, double x) {
        double term = 1 / a;
        double sum = term;
        for (double n = a + 1; Math.abs(term) > 1e-16 * Math.abs(sum); n++) {
            term *= x / n;
            sum += term;
        }
        return sum;
    }

    private static double upperFraction(double a, double x) {
        double tiny = 1e-300;
        double b = x + 1 - a;
        double c = 1 / tiny;
        double d = 1 / b;
        double h = d;
        for (int i = 1; i < 10_000; i++) {
            double an = -i * (i - a);
            b += 2;
            d = 1 / nonZero(an * d + b, tiny);
            c = nonZero(b + an / c, tiny);
            h *= d * c;
            if (Math.abs(d * c - 1) < 1e-15) {
                break;
            }
        }
        return h;
    }

    private static double nonZero(double value, double tiny) {
        return Math.abs(value) < tiny ? tiny : value;
    }
}
