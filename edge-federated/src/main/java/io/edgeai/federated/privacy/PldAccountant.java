package io.edgeai.federated.privacy;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/**
 * Composes privacy losses by Fourier transform. The losses are tilted towards the ε looked for (by the order that the Rényi
 * accountant finds best), so that rounding errors are relative to the probabilities that matter and not to 1; all that the
 * finite circle folds or cuts off is counted as loss.
 */
final class PldAccountant implements PrivacyAccountant {
    /** Beyond this, numbers of no practical meaning, the Rényi bound is returned. */
    private static final double LARGEST = 300;

    @Override
    public String name() {
        return "pld";
    }

    @Override
    public double epsilon(List<Releases> releases, double delta) {
        RdpAccountant.Best bound = RdpAccountant.best(releases, delta);
        List<Part> parts = new ArrayList<>();
        for (Releases same : releases) {
            parts.add(part(same));
        }
        if (bound.epsilon() == 0 || bound.epsilon() > LARGEST) {
            return bound.epsilon();
        }
        double variance = variance(releases, bound.order());
        double removal = new LossComposition(parts, true, bound, variance, delta).epsilon();
        boolean sampled = parts.stream().anyMatch(part -> part.rate() < 1);
        double addition = sampled ? new LossComposition(parts, false, bound, variance, delta).epsilon() : removal;
        return Math.min(bound.epsilon(), Math.max(removal, addition));
    }

    private static Part part(Releases same) {
        Mechanism mechanism = same.mechanism();
        if (mechanism instanceof Mechanism.Sampled poisson && !poisson.replacing()) {
            return new Part(poisson.rate(), poisson.noise(), same.count());
        }
        if (mechanism instanceof Mechanism.Gaussian gaussian) {
            return new Part(1, gaussian.noise() / Math.sqrt((double) same.count()), 1);
        }
        if (mechanism instanceof Mechanism.Tree tree) {
            return new Part(1, tree.noise() / Math.sqrt(tree.squaredSensitivity() * same.count()), 1);
        }
        throw new InvalidInputException("Accountant (pld) does not know the privacy loss of (" + mechanism.name()
                + "). Maybe use the accountant rdp.");
    }

    /** Variance of the tilted loss: the curvature of the logarithmic moments. */
    private static double variance(List<Releases> releases, double order) {
        double side = 0.05;
        double curvature = 0;
        for (Releases same : releases) {
            curvature +=
                    same.count() * (moment(same, order + side) - 2 * moment(same, order) + moment(same, order - side));
        }
        return Math.max(curvature / (side * side), 1e-12);
    }

    private static double moment(Releases same, double order) {
        return (order - 1) * same.mechanism().renyi(order);
    }

    /** The same Poisson-sampled Gaussian, several times. */
    record Part(double rate, double noise, long count) {}
}
