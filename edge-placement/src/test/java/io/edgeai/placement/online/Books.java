package io.edgeai.placement.online;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/** What is left of every node, kept apart from the placer's own accounts; fails where something is overbooked. */
final class Books {
    private final List<GpuNode> nodes;
    final int[] cpu;
    final long[] memory;
    final int[][] gpu;

    Books(List<GpuNode> nodes) {
        this.nodes = nodes;
        this.cpu = nodes.stream().mapToInt(GpuNode::cpuMillis).toArray();
        this.memory = nodes.stream().mapToLong(GpuNode::memoryBytes).toArray();
        this.gpu = nodes.stream().map(node -> new int[node.gpus()]).toArray(int[][]::new);
        Arrays.stream(gpu).forEach(levels -> Arrays.fill(levels, 1000));
    }

    GpuNode node(int n) {
        return nodes.get(n);
    }

    boolean fits(GpuTask task, int n) {
        boolean model = task.gpus() == 0
                || task.models().isEmpty()
                || task.models().contains(nodes.get(n).model());
        long free =
                Arrays.stream(gpu[n]).filter(left -> left >= task.milliEach()).count();
        return model && free >= task.gpus() && cpu[n] >= task.cpuMillis() && memory[n] >= task.memoryBytes();
    }

    boolean fitsSomewhere(GpuTask task) {
        for (int n = 0; n < cpu.length; n++) {
            if (fits(task, n)) {
                return true;
            }
        }
        return false;
    }

    void book(GpuPlacement placement, int sign) {
        int n = placement.node();
        GpuTask task = placement.task();
        assertThat(placement.gpus()).hasSize(task.gpus()).doesNotHaveDuplicates();
        assertThat(task.gpus() == 0
                        || task.models().isEmpty()
                        || task.models().contains(nodes.get(n).model()))
                .as("model of %s", placement)
                .isTrue();
        cpu[n] -= sign * task.cpuMillis();
        memory[n] -= sign * task.memoryBytes();
        new HashSet<>(placement.gpus()).forEach(g -> gpu[n][g] -= sign * task.milliEach());
        assertThat(cpu[n]).as("cores after %s", placement).isNotNegative();
        assertThat(memory[n]).as("memory after %s", placement).isNotNegative();
        assertThat(Arrays.stream(gpu[n]).boxed())
                .as("accelerators after %s", placement)
                .allMatch(left -> left >= 0 && left <= 1000);
    }

    long gpuMillis() {
        long sum = 0;
        for (int n = 0; n < gpu.length; n++) {
            for (int left : gpu[n]) {
                sum += 1000 - left;
            }
        }
        return sum;
    }
}
