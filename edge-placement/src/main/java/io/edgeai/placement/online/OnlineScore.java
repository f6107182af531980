package io.edgeai.placement.online;

/**
 * How bad a task would stand on a node: {@link #then} of the node with the task less {@link #now} of the node without.
 * Implementations depend on nothing but their arguments, so that values can be kept.
 */
interface OnlineScore {
    /** What sums in another order may differ by. */
    double ROUNDING = 1e-6;

    /** What the node is worth keeping as it is. */
    double now(NodeState state);

    /** The same with the task on it, and what else speaks against it. */
    double then(NodeState after, TaskType type);

    /**
     * A value that the score of the task on any accelerators of the node is not below; found faster than the score.
     *
     * @param now {@link #now} of the state
     */
    double atLeast(NodeState state, double now, TaskType type);

    /**
     * Fragmentation gradient, best fit as a tie term, scarcity of the model, and what the task strands. In thousandths of
     * an accelerator.
     */
    static OnlineScore gradient(TaskMix mix) {
        return new OnlineScore() {
            @Override
            public double now(NodeState state) {
                return mix.fragment(state) + 1000 * mix.stranded(state.hardware(), state.cpuLeft(), state.gpuLeft());
            }

            @Override
            public double then(NodeState after, TaskType type) {
                return mix.fragment(after) + beside(after.hardware(), after.cpuLeft(), after.gpuLeft(), type);
            }

            /** A task of so many thousandths takes away at most as much of the fragment, and at most all of it. */
            @Override
            public double atLeast(NodeState state, double now, TaskType type) {
                int gpuMillis = type.gpus() * type.milliEach();
                double stranded = 1000 * mix.stranded(state.hardware(), state.cpuLeft(), state.gpuLeft());
                int cpuAfter = state.cpuLeft() - type.cpuMillis();
                return beside(state.hardware(), cpuAfter, state.gpuLeft() - gpuMillis, type)
                        - Math.min(gpuMillis, now - stranded)
                        - stranded
                        - ROUNDING;
            }

            /** What does not depend on which accelerators are taken. */
            private double beside(GpuNode node, int cpuAfter, int gpuAfter, TaskType type) {
                return 1000 * mix.stranded(node, cpuAfter, gpuAfter)
                        + 100 * left(cpuAfter, gpuAfter)
                        + 300 * mix.pressure(node.model()) * type.gpusInWhole();
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
                return -Math.floor(100 * (1 - left(after.cpuLeft(), after.gpuLeft())));
            }

            @Override
            public double atLeast(NodeState state, double now, TaskType type) {
                return Double.NEGATIVE_INFINITY;
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

            @Override
            public double atLeast(NodeState state, double now, TaskType type) {
                return 0;
            }
        };
    }

    /** Mean of processors and accelerators left, as shares of 128 cores and 8 accelerators. */
    private static double left(int cpuLeft, int gpuLeft) {
        return 0.5 * cpuLeft / 128_000 + 0.5 * gpuLeft / 8000;
    }
}
