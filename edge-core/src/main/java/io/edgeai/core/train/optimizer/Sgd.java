package io.edgeai.core.train.optimizer;

import io.edgeai.core.error.InvalidInputException;
import java.util.List;

/**
 * Stochastic gradient descent, with momentum as PyTorch defines it (no dampening).
 *
 * @param momentum 0 to below 1; 0 for plain descent
 * @param nesterov whether to look ahead by the momentum (Sutskever et al. 2013)
 */
public record Sgd(double momentum, boolean nesterov) implements Optimizer {
    static final String VELOCITY = "velocity";

    public Sgd {
        if (!(momentum >= 0 && momentum < 1)) {
            throw new InvalidInputException("Momentum (" + momentum + ") must be 0 to below 1. Maybe 0.9.");
        }
        if (nesterov && momentum == 0) {
            throw new InvalidInputException("Nesterov needs a momentum, not (0). Maybe 0.9.");
        }
    }

    @Override
    public String name() {
        return momentum == 0 ? "sgd" : nesterov ? "nesterov" : "momentum";
    }

    @Override
    public List<String> slots() {
        return momentum == 0 ? List.of() : List.of(VELOCITY);
    }

    @Override
    public boolean decoupledDecay() {
        return false;
    }

    @Override
    public List<String> scalarNames() {
        return momentum == 0 ? List.of("learning_rate") : List.of("learning_rate", "momentum");
    }

    @Override
    public float[] scalars(long step, double learningRate) {
        return momentum == 0
                ? new float[] {(float) learningRate}
                : new float[] {(float) learningRate, (float) momentum};
    }
}
