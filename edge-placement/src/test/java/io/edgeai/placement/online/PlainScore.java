package io.edgeai.placement.online;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The score of the guide, written out by loops: growth of fragmentation over the kinds that cover 95 % of the tasks, 100
 * × best fit, 300 × pressure × accelerators, 1000 × growth of what is stranded.
 */
final class PlainScore {
    private final List<GpuNode> nodes;
    private final List<GpuTask> typical = new ArrayList<>();
    private final Map<GpuTask, Integer> counts = new HashMap<>();
    private final double all;
    private final double ratio;

    PlainScore(List<GpuTask> tasks, List<GpuNode> nodes) {
        this.nodes = nodes;
        tasks.forEach(task -> counts.merge(task, 1, Integer::sum));
        List<GpuTask> kinds = new ArrayList<>(counts.keySet());
        kinds.sort((a, b) -> counts.get(b) != counts.get(a).intValue()
                ? Integer.compare(counts.get(b), counts.get(a))
                : order(a) - order(b));
        double covered = 0;
        for (GpuTask kind : kinds) {
            if (covered < 0.95 * tasks.size()) {
                covered += counts.get(kind);
                typical.add(kind);
            }
        }
        this.all = covered;
        double cpu = 0;
        double gpu = 0;
        for (GpuTask task : tasks) {
            cpu += task.gpus() > 0 ? task.cpuMillis() : 0;
            gpu += task.gpuMillis() / 1000.0;
        }
        this.ratio = cpu / gpu;
    }

    /** Accelerators, then share, then cores, then models: how equal counts are ordered. */
    private static int order(GpuTask task) {
        return ((task.gpus() * 2000 + task.milliEach()) * 100 + task.cpuMillis() / 1000) * 2
                + task.models().size();
    }

    double score(Books books, int n, GpuTask task) {
        if (!books.fits(task, n)) {
            return Double.POSITIVE_INFINITY;
        }
        double best = Double.POSITIVE_INFINITY;
        int[] before = books.gpu[n].clone();
        Arrays.sort(before);
        for (int first = 0; first + Math.max(1, task.gpus()) <= before.length; first++) {
            boolean smallest = task.gpus() <= 1 || first == 0 || before[first - 1] < task.milliEach();
            if (before[first] < task.milliEach() || !smallest) {
                continue;
            }
            int[] after = before.clone();
            for (int g = 0; g < task.gpus(); g++) {
                after[first + g] -= task.milliEach();
            }
            best = Math.min(best, with(books, n, task, before, after));
        }
        return best;
    }

    private double with(Books books, int n, GpuTask task, int[] before, int[] after) {
        int cpu = books.cpu[n];
        int cpuAfter = cpu - task.cpuMillis();
        GpuNode node = nodes.get(n);
        double kept = 0.5 * cpuAfter / 128_000 + 0.5 * Arrays.stream(after).sum() / 8000;
        return fragment(node, cpuAfter, after)
                - fragment(node, cpu, before)
                + 100 * kept
                + 300 * pressure(node.model()) * task.gpuMillis() / 1000
                + 1000 * (stranded(node, cpuAfter, after) - stranded(node, cpu, before));
    }

    private double fragment(GpuNode node, int cpu, int[] levels) {
        double sum = 0;
        for (GpuTask kind : typical) {
            if (kind.gpus() == 0) {
                continue;
            }
            long enough = Arrays.stream(levels)
                    .filter(left -> left >= kind.milliEach())
                    .count();
            boolean model = kind.models().isEmpty() || kind.models().contains(node.model());
            boolean hosts = model && cpu >= kind.cpuMillis() && enough >= kind.gpus();
            sum += counts.get(kind)
                    / all
                    * Arrays.stream(levels)
                            .filter(left -> !hosts || left < kind.milliEach())
                            .sum();
        }
        return sum;
    }

    private double stranded(GpuNode node, int cpu, int[] levels) {
        double per = Math.min(ratio, 0.9 * node.cpuMillis() / node.gpus());
        return Math.max(0, Arrays.stream(levels).sum() / 1000.0 - cpu / per);
    }

    /** All constrained tasks of these tests ask for V100. */
    private double pressure(String model) {
        if (!model.equals("V100")) {
            return 0;
        }
        double constrained = 0;
        double asked = 0;
        for (Map.Entry<GpuTask, Integer> kind : counts.entrySet()) {
            double gpus = kind.getKey().gpuMillis() / 1000.0 * kind.getValue();
            asked += gpus;
            constrained += kind.getKey().models().isEmpty() ? 0 : gpus;
        }
        double capacity = nodes.stream().mapToDouble(GpuNode::gpus).sum();
        double ofModel = nodes.stream()
                .filter(node -> node.model().equals(model))
                .mapToDouble(GpuNode::gpus)
                .sum();
        return constrained * capacity / asked / ofModel;
    }
}
