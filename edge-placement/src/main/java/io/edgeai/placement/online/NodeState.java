package io.edgeai.placement.online;

import java.util.Arrays;

/**
 * What is left of a node, without its name and its memory, so that nodes in the same state share their scores. Immutable.
 */
final class NodeState {
    private final GpuNode hardware;
    private final int cpuLeft;
    private final int[] levels;
    private final int gpuLeft;

    /**
     * @param hardware any node of that make
     * @param levels thousandths left of each accelerator, ascending; taken over
     */
    NodeState(GpuNode hardware, int cpuLeft, int[] levels) {
        this.hardware = hardware;
        this.cpuLeft = cpuLeft;
        this.levels = levels;
        this.gpuLeft = Arrays.stream(levels).sum();
    }

    GpuNode hardware() {
        return hardware;
    }

    int cpuLeft() {
        return cpuLeft;
    }

    /** Thousandths of accelerators left in sum. */
    int gpuLeft() {
        return gpuLeft;
    }

    int gpus() {
        return levels.length;
    }

    /** Thousandths left of the accelerator with so many smaller ones. */
    int level(int rank) {
        return levels[rank];
    }

    /** The rank of the first accelerator with at least so much left; the number of accelerators where none has. */
    int firstWith(int milli) {
        int rank = 0;
        while (rank < levels.length && levels[rank] < milli) {
            rank++;
        }
        return rank;
    }

    /** Sum of what is left of accelerators with less than that. */
    int below(int milli) {
        int sum = 0;
        for (int rank = 0; rank < levels.length && levels[rank] < milli; rank++) {
            sum += levels[rank];
        }
        return sum;
    }

    boolean hosts(TaskType type) {
        return type.cpuMillis() <= cpuLeft
                && type.accepts(hardware.model())
                && (type.gpus() == 0 || levels.length - firstWith(type.milliEach()) >= type.gpus());
    }

    /** The state with a task on the accelerators from that rank on. */
    NodeState with(TaskType type, int rank) {
        int[] next = levels.clone();
        for (int g = 0; g < type.gpus(); g++) {
            next[rank + g] -= type.milliEach();
        }
        Arrays.sort(next);
        return new NodeState(hardware, cpuLeft - type.cpuMillis(), next);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NodeState that
                && cpuLeft == that.cpuLeft
                && hardware.cpuMillis() == that.hardware.cpuMillis()
                && hardware.model().equals(that.hardware.model())
                && Arrays.equals(levels, that.levels);
    }

    @Override
    public int hashCode() {
        return (31 * Arrays.hashCode(levels) + cpuLeft) * 31 + hardware.model().hashCode();
    }
}
