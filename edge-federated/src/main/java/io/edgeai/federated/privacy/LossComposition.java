package io.edgeai.federated.privacy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The sum of the privacy losses of many releases in one direction, on a circle of grid points. */
final class LossComposition {
    /** Discretisation adds step²/6 to the variance of each release and with the tilt λ step²·(λ + 1)/12 to ε: at most this share. */
    private static final double COARSENESS = 2e-4;

    /** Change of the exponent of the tilt from one grid point to the next. */
    private static final double MOST_TURN = 0.02;

    private static final int MOST_POINTS = 1 << 20;
    private static final double LOG_TAIL = 30;

    private final double delta;
    private final double tilt;
    private final List<LossGrid> grids = new ArrayList<>();
    private final List<Long> counts = new ArrayList<>();
    private final double step;

    LossComposition(
            List<PldAccountant.Part> parts, boolean removal, RdpAccountant.Best bound, double variance, double delta) {
        this.delta = delta;
        this.tilt = bound.order() - 1;
        long total = parts.stream().mapToLong(PldAccountant.Part::count).sum();
        List<double[]> ranges = new ArrayList<>();
        double widest = 0;
        for (PldAccountant.Part part : parts) {
            LossCurve curve = new LossCurve(part.rate(), part.noise(), removal);
            double[] range = {curve.lower(1e-9 / total), curve.upper(1e-6 * delta / total)};
            widest = Math.max(widest, range[1] - range[0]);
            ranges.add(range);
        }
        step = Math.max(
                Math.min(
                        Math.sqrt(COARSENESS / total * Math.min(6 * variance, 12 * bound.epsilon() / bound.order())),
                        MOST_TURN / tilt),
                Math.max(widest, 24 * Math.sqrt(variance)) * 2 / MOST_POINTS);
        for (int i = 0; i < parts.size(); i++) {
            PldAccountant.Part part = parts.get(i);
            LossCurve curve = new LossCurve(part.rate(), part.noise(), removal);
            grids.add(LossGrid.of(curve, step, ranges.get(i)[0], ranges.get(i)[1], tilt));
            counts.add(part.count());
        }
    }

    double epsilon() {
        double scale = 1 / Math.sqrt(sum(LossGrid::variance) + step * step);
        double low = Double.NEGATIVE_INFINITY;
        double high = Double.POSITIVE_INFINITY;
        for (double s = 16 * scale; s > scale / 100; s /= 2) {
            double up = s;
            high = Math.min(high, (sum(grid -> grid.cumulant(up)) + LOG_TAIL) / s);
            low = Math.max(low, -(sum(grid -> grid.cumulant(-up)) + LOG_TAIL) / s);
        }
        long first = (long) Math.floor(low / step);
        long last = (long) Math.ceil(high / step);
        int length = Integer.highestOneBit((int) Math.min(MOST_POINTS, last - first + 1)) * 2;
        return search(compose(length), first, last);
    }

    private double sum(ToDoubleFunction<LossGrid> part) {
        double sum = 0;
        for (int i = 0; i < grids.size(); i++) {
            sum += counts.get(i) * part.applyAsDouble(grids.get(i));
        }
        return sum;
    }

    /** Weights of the tilted sum, folded onto a circle; folding only adds. */
    private double[] compose(int length) {
        Fourier fourier = new Fourier(length);
        Spectrum product = new Spectrum(length);
        for (int i = 0; i < grids.size(); i++) {
            double[] real = grids.get(i).circular(length);
            double[] imaginary = new double[length];
            fourier.forward(real, imaginary);
            product.multiplyPower(real, imaginary, counts.get(i));
        }
        fourier.inverse(product.real(), product.imaginary());
        return product.real();
    }

    /** Goes down from the last point until δ is reached, then solves for ε between two points. */
    private double search(double[] weights, long first, long last) {
        double logMass = sum(LossGrid::logMass);
        double revealed = sum(LossGrid::escaped) + Math.exp(logMass - tilt * last * step - LOG_TAIL);
        if (revealed >= delta) {
            return Double.POSITIVE_INFINITY;
        }
        double underP = 0;
        double underQ = 0;
        for (long k = last; k > first && k > 0; k--) {
            double loss = k * step;
            double weight = Math.max(0, weights[(int) Math.floorMod(k, (long) weights.length)]);
            double probability = weight * Math.exp(logMass - tilt * loss);
            underP += probability;
            underQ += probability * Math.exp(-loss);
            if (underP + revealed - Math.exp(loss - step) * underQ > delta) {
                return Math.log((underP + revealed - delta) / underQ);
            }
        }
        return Math.max(0, first * step);
    }
}
