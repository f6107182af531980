package io.edgeai.placement.online;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tasks to expect, boiled down to what scores need: the most frequent types, how much processor goes with an
 * accelerator, and how much of each model is asked for by tasks that accept few. Immutable and thread-safe.
 */
public final class TaskMix {
    /** Share of all tasks that the typical types cover. */
    private static final double COVERED = 0.95;

    /** A node strands accelerators only below this share of its own processors per accelerator. */
    private static final double OWN_RATIO = 0.9;

    private record Typical(TaskType type, double frequency) {}

    private final List<Typical> typical;
    private final double cpuMillisPerGpu;
    private final Map<String, Double> pressure;

    private TaskMix(List<Typical> typical, double cpuMillisPerGpu, Map<String, Double> pressure) {
        this.typical = List.copyOf(typical);
        this.cpuMillisPerGpu = cpuMillisPerGpu;
        this.pressure = Map.copyOf(pressure);
    }

    /** From tasks like those to come, e.g. those of last week, and the nodes there are. */
    public static TaskMix of(List<GpuTask> tasks, List<GpuNode> nodes) {
        double cpu = 0;
        double gpu = 0;
        for (GpuTask task : tasks) {
            cpu += task.gpus() > 0 ? task.cpuMillis() : 0;
            gpu += task.gpuMillis() / (double) GpuNode.WHOLE;
        }
        return new TaskMix(typical(tasks), gpu == 0 ? 0 : cpu / gpu, pressure(tasks, nodes));
    }

    private static List<Typical> typical(List<GpuTask> tasks) {
        Map<TaskType, Integer> counts = new LinkedHashMap<>();
        tasks.forEach(task -> counts.merge(task.type(), 1, Integer::sum));
        List<Map.Entry<TaskType, Integer>> byCount = new ArrayList<>(counts.entrySet());
        byCount.sort(Map.Entry.<TaskType, Integer>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry::getKey, TaskMix::inOrder));
        int most = 0;
        int covered = 0;
        while (most < byCount.size() && covered < COVERED * tasks.size()) {
            covered += byCount.get(most++).getValue();
        }
        double all = covered;
        return byCount.subList(0, most).stream()
                .filter(entry -> entry.getKey().gpus() > 0)
                .map(entry -> new Typical(entry.getKey(), entry.getValue() / all))
                .toList();
    }

    private static int inOrder(TaskType a, TaskType b) {
        return Comparator.comparingInt(TaskType::gpus)
                .thenComparingInt(TaskType::milliEach)
                .thenComparingInt(TaskType::cpuMillis)
                .thenComparing(type -> type.models().stream().sorted().toList().toString())
                .compare(a, b);
    }

    /** Demand by tasks that accept some models only, spread by capacity, as a share of each model's capacity. */
    private static Map<String, Double> pressure(List<GpuTask> tasks, List<GpuNode> nodes) {
        Map<String, Double> capacity = new HashMap<>();
        nodes.forEach(node -> capacity.merge(node.model(), (double) node.gpus(), Double::sum));
        double all = capacity.values().stream().mapToDouble(Double::doubleValue).sum();
        double asked = tasks.stream().mapToDouble(GpuTask::gpuMillis).sum() / GpuNode.WHOLE;
        Map<String, Double> demand = new HashMap<>();
        for (GpuTask task : tasks) {
            double accepted = task.models().stream()
                    .mapToDouble(model -> capacity.getOrDefault(model, 0.0))
                    .sum();
            for (String model : task.models()) {
                double share = accepted == 0 ? 0 : capacity.getOrDefault(model, 0.0) / accepted;
                demand.merge(model, share * task.gpuMillis() / GpuNode.WHOLE, Double::sum);
            }
        }
        Map<String, Double> pressure = new HashMap<>();
        demand.forEach((model, gpus) -> {
            double has = capacity.getOrDefault(model, 0.0);
            pressure.put(model, has == 0 || asked == 0 ? 0 : gpus * all / asked / has);
        });
        return pressure;
    }

    /**
     * Thousandths of accelerators that typical tasks cannot use on such a node, averaged by their frequency (the
     * fragmentation of Weng et al., USENIX ATC 2023).
     */
    double fragment(NodeState state) {
        double sum = 0;
        if (state.gpuLeft() == 0) {
            return 0;
        }
        for (int t = 0; t < typical.size(); t++) {
            TaskType type = typical.get(t).type();
            int unusable = state.hosts(type) ? state.below(type.milliEach()) : state.gpuLeft();
            sum += typical.get(t).frequency() * unusable;
        }
        return sum;
    }

    /**
     * Accelerators of the node that no processors are left for, at the ratio of the mix. Where that ratio is above the
     * node's own, its own with a margin counts, else empty nodes would look stranded.
     */
    double stranded(GpuNode node, int cpuLeft, int gpuLeft) {
        double ratio = Math.min(cpuMillisPerGpu, OWN_RATIO * node.cpuMillis() / Math.max(1, node.gpus()));
        return ratio == 0 ? 0 : Math.max(0, gpuLeft / (double) GpuNode.WHOLE - cpuLeft / ratio);
    }

    /** Share of the model's capacity that tasks which accept few models ask for. */
    double pressure(String model) {
        return pressure.getOrDefault(model, 0.0);
    }
}
