package io.edgeai.core.validation;

import io.edgeai.core.format.GraphSize;

/** Holds the size of the graph against limits, by the bytes alone: no engine sees them. */
final class GraphGate implements ValidationGate {
    private final GraphLimits limits;

    GraphGate(GraphLimits limits) {
        this.limits = limits;
    }

    @Override
    public String name() {
        return "graph size";
    }

    @Override
    public GateResult check(Candidate candidate) {
        GraphSize size = GraphSize.of(candidate.file(), limits.nodes());
        if (size.nodes() > limits.nodes()) {
            return GateResult.failed(
                    name(),
                    "The graph has more than (" + limits.nodes()
                            + ") nodes. Maybe export it without unrolled loops, or allow more by GraphLimits.nodes.");
        }
        GateResult result = size.longestChain() > limits.chain()
                ? GateResult.failed(
                        name(),
                        "The graph has (" + size.longestChain() + ") nodes one after the other, allowed are ("
                                + limits.chain()
                                + "). Maybe export it without unrolled loops, or allow more by GraphLimits.chain.")
                : GateResult.passed(
                        name(),
                        "(" + size.nodes() + ") nodes"
                                + (size.longestChain() < 0
                                        ? "."
                                        : ", (" + size.longestChain() + ") of them one after the other."));
        result = result.with("nodes", (double) size.nodes());
        return size.longestChain() < 0 ? result : result.with("longestChain", (double) size.longestChain());
    }
}
