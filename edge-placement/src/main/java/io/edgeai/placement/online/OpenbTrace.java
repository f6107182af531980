package io.edgeai.placement.online;

import io.edgeai.core.error.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A workload of Alibaba's trace {@code cluster-trace-gpu-v2023} (openb): nodes, tasks, and the order of arrival of one
 * replay. Immutable.
 *
 * @param nodes of {@code openb_node_list_gpu_node.csv}
 * @param tasks of {@code openb_pod_list_NAME.csv}
 */
public record OpenbTrace(List<GpuNode> nodes, List<GpuTask> tasks) {
    private static final long MEBIBYTE = 1L << 20;

    public OpenbTrace {
        nodes = List.copyOf(nodes);
        tasks = List.copyOf(tasks);
    }

    /**
     * Reads a workload from the trace's folder.
     *
     * @throws InvalidInputException where files or columns are missing or not numbers
     */
    public static OpenbTrace read(Path folder, String workload) {
        List<GpuNode> nodes = new ArrayList<>();
        for (Row row : rows(folder.resolve("openb_node_list_gpu_node.csv"))) {
            nodes.add(new GpuNode(
                    row.text("sn"),
                    row.text("model"),
                    row.number("cpu_milli"),
                    row.number("memory_mib") * MEBIBYTE,
                    row.number("gpu")));
        }
        List<GpuTask> tasks = new ArrayList<>();
        for (Row row : rows(folder.resolve("openb_pod_list_" + workload + ".csv"))) {
            String models = row.values().getOrDefault("gpu_spec", "");
            int gpus = row.number("num_gpu");
            tasks.add(new GpuTask(
                    row.text("name"),
                    row.number("cpu_milli"),
                    row.number("memory_mib") * MEBIBYTE,
                    gpus,
                    gpus == 0 ? 0 : row.number("gpu_milli"),
                    models.isEmpty() ? Set.of() : Set.copyOf(List.of(models.split("\\|")))));
        }
        return new OpenbTrace(nodes, tasks);
    }

    /** Thousandths of all accelerators. */
    public long capacityMillis() {
        return nodes.stream()
                .mapToLong(node -> (long) node.gpus() * GpuNode.WHOLE)
                .sum();
    }

    /**
     * The tasks in random order, then random ones again, until they ask for that multiple of all accelerators; cut there.
     */
    public List<GpuTask> arrivals(double load, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<GpuTask> order = new ArrayList<>(tasks);
        for (int i = order.size() - 1; i > 0; i--) {
            order.set(i, order.set(random.nextInt(i + 1), order.get(i)));
        }
        double wanted = load * capacityMillis();
        if (tasks.stream().noneMatch(task -> task.gpuMillis() > 0)) {
            return order;
        }
        List<GpuTask> arrivals = new ArrayList<>();
        double asked = 0;
        for (int i = 0; asked < wanted; i++) {
            GpuTask next = i < order.size() ? order.get(i) : tasks.get(random.nextInt(tasks.size()));
            asked += next.gpuMillis();
            arrivals.add(next);
        }
        return arrivals;
    }

    private record Row(Path file, int line, Map<String, String> values) {
        String text(String column) {
            String value = values.get(column);
            if (value == null) {
                throw new InvalidInputException(
                        "File (" + file + ") has no column (" + column + "). Maybe it is not of" + " the openb trace.");
            }
            return value;
        }

        int number(String column) {
            String value = text(column);
            try {
                return Integer.parseInt(value);
            } catch (NumberFormatException e) {
                throw new InvalidInputException(
                        "File (" + file + "), line (" + line + "), column (" + column + "): (" + value
                                + ") is not a whole number.",
                        e);
            }
        }
    }

    private static List<Row> rows(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "File (" + file + ") cannot be read. Maybe the folder or the workload's name is wrong.",
                    new UncheckedIOException(e));
        }
        List<Row> rows = new ArrayList<>();
        String[] header = lines.isEmpty() ? new String[0] : lines.get(0).split(",", -1);
        for (int l = 1; l < lines.size(); l++) {
            String[] cells = lines.get(l).split(",", -1);
            Map<String, String> values = new HashMap<>();
            for (int c = 0; c < Math.min(header.length, cells.length); c++) {
                values.put(header[c], cells[c]);
            }
            rows.add(new Row(file, l + 1, values));
        }
        return rows;
    }
}
