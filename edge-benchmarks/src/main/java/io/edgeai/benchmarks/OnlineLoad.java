package io.edgeai.benchmarks;

import io.edgeai.placement.online.GpuNode;
import io.edgeai.placement.online.GpuTask;
import io.edgeai.placement.online.OnlinePlacer;
import io.edgeai.placement.online.TaskMix;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A generated cluster and stream of tasks: nodes by the makes of Alibaba's openb cluster, four times each; tasks of 90
 * types whose frequencies fall like one over the rank, of which half take a whole accelerator, a few several, some none.
 *
 * @param nodes 4,852 of them
 * @param tasks 8,192 of them
 */
record OnlineLoad(List<GpuNode> nodes, List<GpuTask> tasks) {
    private static final int TYPES = 90;

    private record Make(int count, String model, int cores, int gibibytes, int gpus) {}

    private static final List<Make> MAKES = List.of(
            new Make(549, "G2", 96, 384, 8),
            new Make(387, "T4", 104, 512, 2),
            new Make(107, "P100", 16, 120, 2),
            new Make(39, "G3", 128, 768, 8),
            new Make(28, "V100M16", 32, 128, 4),
            new Make(22, "P100", 64, 256, 2),
            new Make(21, "V100M32", 96, 768, 8),
            new Make(19, "V100M16", 8, 32, 1),
            new Make(17, "T4", 96, 384, 4),
            new Make(9, "V100M32", 48, 368, 4),
            new Make(8, "V100M16", 64, 256, 8),
            new Make(5, "P100", 8, 60, 2),
            new Make(2, "A10", 128, 1024, 1));

    static OnlineLoad openbTimesFour() {
        List<GpuNode> nodes = new ArrayList<>();
        for (Make make : MAKES) {
            for (int i = 0; i < 4 * make.count(); i++) {
                nodes.add(new GpuNode(
                        make.model() + "-" + nodes.size(),
                        make.model(),
                        1000 * make.cores(),
                        (long) make.gibibytes() << 30,
                        make.gpus()));
            }
        }
        SplittableRandom random = new SplittableRandom(11);
        List<GpuTask> types = new ArrayList<>();
        while (types.size() < TYPES) {
            types.add(type(random, types.size()));
        }
        List<GpuTask> tasks = new ArrayList<>();
        while (tasks.size() < 8192) {
            tasks.add(types.get((int) Math.pow(TYPES, random.nextDouble()) - 1));
        }
        return new OnlineLoad(nodes, tasks);
    }

    private static GpuTask type(SplittableRandom random, int rank) {
        int cores = 3 + random.nextInt(10);
        int gpus = rank % 8 == 3 ? 0 : rank % 16 == 15 ? 2 << random.nextInt(3) : 1;
        int milli = gpus == 0 ? 0 : gpus > 1 || rank % 2 == 0 ? GpuNode.WHOLE : 10 * (10 + random.nextInt(80));
        long memory = (8L + random.nextInt(24)) << 30;
        return new GpuTask("type-" + rank, 1000 * cores * Math.max(1, gpus), memory, gpus, milli, Set.of());
    }

    OnlinePlacer placer() {
        return OnlinePlacer.gradient(nodes, TaskMix.of(tasks, nodes));
    }

    long capacityMillis() {
        return nodes.stream()
                .mapToLong(node -> (long) node.gpus() * GpuNode.WHOLE)
                .sum();
    }
}
