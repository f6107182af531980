package io.edgeai.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/**
 * Medians over rounds. A benchmark that compares has a parameter {@code side}; its first value is ours, and the table
 * states our median as a ratio of each other side's. Immutable.
 */
final class BenchmarkTable {
    private static final String SIDE = "side";

    private final List<Run> runs;

    /**
     * What one fork measured.
     *
     * @param benchmark class and method
     * @param parameters its parameters by name
     * @param threads threads that ran at once
     * @param p50 median time of an operation, in the benchmark's unit; the mean where the mode does not sample
     * @param p99 99th percentile
     * @param bytes bytes allocated for each operation
     * @param unit unit of the times
     */
    record Run(
            String benchmark,
            Map<String, String> parameters,
            int threads,
            double p50,
            double p99,
            double bytes,
            String unit) {
        Run {
            parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
        }

        static Run of(RunResult result) {
            BenchmarkParams params = result.getParams();
            Map<String, String> parameters = new TreeMap<>();
            params.getParamsKeys().forEach(key -> parameters.put(key, params.getParam(key)));
            Statistics times = result.getPrimaryResult().getStatistics();
            boolean sampled = params.getMode() == Mode.SampleTime;
            String name = params.getBenchmark();
            return new Run(
                    name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1),
                    parameters,
                    params.getThreads(),
                    sampled ? times.getPercentile(50) : times.getMean(),
                    sampled ? times.getPercentile(99) : times.getMax(),
                    bytesOf(result),
                    result.getPrimaryResult().getScoreUnit());
        }

        private static double bytesOf(RunResult result) {
            for (String metric : result.getSecondaryResults().keySet()) {
                if (metric.endsWith("gc.alloc.rate.norm")) {
                    return result.getSecondaryResults().get(metric).getScore();
                }
            }
            return Double.NaN;
        }

        private String group() {
            Map<String, String> others = new TreeMap<>(parameters);
            others.remove(SIDE);
            return benchmark + " " + others.values() + ", threads " + threads;
        }

        private String side() {
            return parameters.getOrDefault(SIDE, "");
        }
    }

    BenchmarkTable(List<Run> runs) {
        this.runs = List.copyOf(runs);
    }

    String markdown() {
        StringBuilder text = new StringBuilder(
                        "| benchmark | side | p50 | lowest–highest of rounds | p99 | B/op | ours ÷ this |\n")
                .append("|---|---|---|---|---|---|---|\n");
        groups().forEach((group, sides) -> {
            double ours = median(sides.values().iterator().next(), Run::p50);
            boolean first = true;
            for (Map.Entry<String, List<Run>> side : sides.entrySet()) {
                List<Run> rounds = side.getValue();
                double p50 = median(rounds, Run::p50);
                text.append(String.format(
                        Locale.ROOT,
                        "| %s | %s | %.0f %s | %.0f–%.0f | %.0f | %.0f | %s |%n",
                        group,
                        side.getKey(),
                        p50,
                        rounds.get(0).unit(),
                        rounds.stream().mapToDouble(Run::p50).min().orElseThrow(),
                        rounds.stream().mapToDouble(Run::p50).max().orElseThrow(),
                        median(rounds, Run::p99),
                        median(rounds, Run::bytes),
                        first ? "" : String.format(Locale.ROOT, "%.2f", ours / p50)));
                first = false;
            }
        });
        return text.toString();
    }

    /** One object a line for each run. */
    String json() {
        return runs.stream()
                .map(run -> String.format(
                        Locale.ROOT,
                        "{\"benchmark\":\"%s\",%s\"threads\":%d,\"p50\":%.1f,\"p99\":%.1f,\"bytesPerOp\":%.1f,\"unit\":\"%s\"}",
                        run.benchmark(),
                        run.parameters().entrySet().stream()
                                .map(entry -> "\"" + entry.getKey() + "\":\"" + entry.getValue() + "\",")
                                .collect(Collectors.joining()),
                        run.threads(),
                        run.p50(),
                        run.p99(),
                        run.bytes(),
                        run.unit()))
                .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    }

    private Map<String, Map<String, List<Run>>> groups() {
        Map<String, Map<String, List<Run>>> groups = new LinkedHashMap<>();
        for (Run run : runs) {
            groups.computeIfAbsent(run.group(), key -> new LinkedHashMap<>())
                    .computeIfAbsent(run.side(), key -> new ArrayList<>())
                    .add(run);
        }
        return groups;
    }

    private static double median(List<Run> runs, ToDoubleFunction<Run> figure) {
        double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
