package io.edgeai.placement.online;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Nodes and tasks of a few makes. */
final class OnlineTasks {
    private OnlineTasks() {}

    static GpuNode node(String name, String model, int cores, int gpus) {
        return new GpuNode(name, model, 1000 * cores, 64L << 30, gpus);
    }

    static GpuTask task(int cores, int gpus, int milliEach, String... models) {
        return new GpuTask("task", 1000 * cores, 1L << 30, gpus, milliEach, Set.of(models));
    }

    static List<GpuNode> nodes(int count, SplittableRandom random) {
        List<GpuNode> nodes = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            int make = random.nextInt(3);
            nodes.add(node("n" + n, List.of("T4", "V100", "A10").get(make), 8 + 24 * make, 2 << make));
        }
        return nodes;
    }

    static List<GpuTask> tasks(int count, SplittableRandom random) {
        List<GpuTask> tasks = new ArrayList<>();
        for (int t = 0; t < count; t++) {
            int kind = random.nextInt(6);
            int cores = 1 + random.nextInt(8);
            tasks.add(
                    switch (kind) {
                        case 0 -> task(cores, 0, 0);
                        case 1 -> task(cores, 2 + random.nextInt(3), 1000);
                        case 2 -> task(cores, 1, 1000, "V100");
                        case 3 -> task(cores, 1, 1000);
                        default -> task(cores, 1, 100 * (1 + random.nextInt(9)));
                    });
        }
        return tasks;
    }
}
