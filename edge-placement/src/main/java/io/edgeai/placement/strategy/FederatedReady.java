package io.edgeai.placement.strategy;

import io.edgeai.placement.constraint.PolicyConstraints;
import java.util.List;

/** Only sites with training data whose owners opted in; most data first, then the most available, then the quickest to update. */
final class FederatedReady {
    private FederatedReady() {}

    static WeightedStrategy strategy() {
        return WeightedStrategy.preset(
                "federated-ready",
                List.of(PolicyConstraints.federatedReady()),
                Terms.dataScarcity(),
                Terms.downtime(),
                Terms.update());
    }
}
