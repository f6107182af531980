package io.edgeai.federated.privacy;

/**
 * δ of composed Poisson-sampled Gaussians without any grid of losses: the sum of losses has the moment generating function
 * M(z)^T, and {@code max(0, 1 − e^(ε − x))} the Laplace transform {@code 1/(z(z + 1))}, so that
 * {@code δ(ε) = 1/2πi ∫ M(z)^T·e^(−zε)/(z(z + 1)) dz} along any line of positive real part.
 */
final class LossIntegral {
    private final double rate;
    private final double noise;
    private final long count;
    private final boolean removal;

    LossIntegral(double rate, double noise, long count, boolean removal) {
        this.rate = rate;
        this.noise = noise;
        this.count = count;
        this.removal = removal;
    }

    /** The greater δ of both directions. */
    static double delta(double rate, double noise, long count, double epsilon) {
        return Math.max(
                new LossIntegral(rate, noise, count, true).delta(epsilon),
                new LossIntegral(rate, noise, count, false).delta(epsilon));
    }

    /** ln M(z): real part and imaginary part. */
    private double[] logMoment(double re, double im) {
        double power = removal ? re + 1 : -re;
        double turn = removal ? im : -im;
        double step = Math.min(noise, noise * noise) / 4;
        double real = 0;
        double imaginary = 0;
        for (double x = -13 * noise; x < Math.max(1, power) + 13 * noise; x += step) {
            double ratio = Math.log1p(rate * Math.expm1((2 * x - 1) / (2 * noise * noise)));
            double size = Math.exp(power * ratio - x * x / (2 * noise * noise));
            real += size * Math.cos(turn * ratio);
            imaginary += size * Math.sin(turn * ratio);
        }
        double scale = step / (noise * Math.sqrt(2 * Math.PI));
        return new double[] {Math.log(Math.hypot(real, imaginary) * scale), Math.atan2(imaginary, real)};
    }

    private double delta(double epsilon) {
        double line = saddle(epsilon);
        double curvature =
                (exponent(line * 1.01, epsilon) - 2 * exponent(line, epsilon) + exponent(line * 0.99, epsilon))
                        / (1e-4 * line * line);
        double step = 0.1 / Math.sqrt(curvature + 1 / (line * line));
        double peak = exponent(line, epsilon);
        double sum = 0;
        for (int k = 0; k < 40_000; k++) {
            double u = k * step;
            double[] log = logMoment(line, u);
            double size = Math.exp(count * log[0] - line * epsilon - peak);
            double angle = count * log[1] - u * epsilon;
            double re = line * (line + 1) - u * u;
            double im = u * (2 * line + 1);
            double quotient = size * (Math.cos(angle) * re + Math.sin(angle) * im) / (re * re + im * im);
            sum += k == 0 ? quotient / 2 : quotient;
            if (size < 1e-10) {
                break;
            }
        }
        return sum * step / Math.PI * Math.exp(peak);
    }

    private double exponent(double z, double epsilon) {
        return count * logMoment(z, 0)[0] - z * epsilon;
    }

    private double saddle(double epsilon) {
        double best = 0.1;
        for (double z = 0.1; z < 60; z *= 1.1) {
            best = exponent(z, epsilon) < exponent(best, epsilon) ? z : best;
        }
        return best;
    }
}
