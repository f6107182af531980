package io.edgeai.placement.online;

/**
 * How bad a task would stand on a node: {@link #then} of the node with the task less {@link #now} of the node without.
 * Implementations depend on nothing but their arguments, so that values can be kept.
 */
interface OnlineScore {
    /** What the node is worth keeping as it is. */
    double now(NodeState state);

    /** The same with the task on it, and what else speaks against it. */
    double then(NodeState after, TaskType type);

    /**
     * Fragmentation gradient, best fit as a tie term, scarcity of the model, and what the task strands. In thousandths of
     * an accelerator.
     */
    static OnlineScore gradient(TaskMix mix) {
        return new OnlineScore() {
            @Override
            public double now(NodeState state) {
                return mix.fragment(state) + 1000 * mix.stranded(state);
            }

            @Override
            public double then(NodeState after, TaskType type) {
                return now(after)
                        + 100 * left(after)
                        + 300 * mix.pressure(after.hardware().model()) * type.gpusInWhole();
            }
        };
    }

    /** The node left with least, in whole per cent of the largest node; on it the accelerator left with least. */
    static OnlineScore bestFit() {
        return new OnlineScore() {
            @Override
            public double now(NodeState state) {
                return 0;
            }

            @Override
            public double then(NodeState after, TaskType type) {
                return -Math.floor(100 * (1 - left(after)));
            }
        };
    }

    /** No node is better than another. */
    static OnlineScore none() {
        return new OnlineScore() {
            @Override
            public double now(NodeState state) {
                return 0;
            }

            @Override
            public double then(NodeState after, TaskType type) {
                return 0;
            }
        };
    }

    /** Mean of processors and accelerators left, as shares of 128 cores and 8 accelerators. */
    private static double left(NodeState state) {
        return 0.5 * state.cpuLeft() / 128_000 + 0.5 * state.gpuLeft() / 8000;
    }
}
