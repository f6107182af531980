package io.edgeai.core.train.optimizer;

import io.edgeai.core.error.InvalidInputException;
import java.util.List;

/**
 * Adam (Kingma and Ba 2015) and AdamW (Loshchilov and Hutter 2019). The corrections for the zero start are computed in
 * double precision outside of the graph: {@code theta -= rate·√c₂/c₁ · m / (√v + ε·√c₂)} with {@code cᵢ = 1 − βᵢᵗ}.
 *
 * @param beta1 how much of the mean gradient is kept, 0 to below 1
 * @param beta2 how much of the mean squared gradient is kept, 0 to below 1
 * @param epsilon above 0
 * @param decoupledDecay true for AdamW
 */
public record Adam(double beta1, double beta2, double epsilon, boolean decoupledDecay) implements Optimizer {
    static final String FIRST = "first_moment";
    static final String SECOND = "second_moment";

    public Adam {
        if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
            throw new InvalidInputException(
                    "Betas (" + beta1 + ", " + beta2 + ") must be 0 to below 1. Maybe 0.9 and" + " 0.999.");
        }
        if (!(epsilon > 0)) {
            throw new InvalidInputException("Epsilon (" + epsilon + ") must be above 0. Maybe 1e-8.");
        }
    }

    @Override
    public String name() {
        return decoupledDecay ? "adamw" : "adam";
    }

    @Override
    public List<String> slots() {
        return List.of(FIRST, SECOND);
    }

    @Override
    public List<String> scalarNames() {
        return List.of("step_size", "epsilon", "beta1", "new1", "beta2", "new2");
    }

    @Override
    public float[] scalars(long step, double learningRate) {
        double c1 = 1 - Math.pow(beta1, step);
        double c2 = Math.sqrt(1 - Math.pow(beta2, step));
        return new float[] {
            (float) (learningRate * c2 / c1),
            (float) (epsilon * c2),
            (float) beta1,
            (float) (1 - beta1),
            (float) beta2,
            (float) (1 - beta2)
        };
    }
}
