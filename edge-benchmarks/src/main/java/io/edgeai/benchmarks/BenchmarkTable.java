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
                        "| %s | %s | %s %s | %s–%s | %s | %s | %s |\n",
                        group,
                        side.getKey(),
                        figure(p50),
                        rounds.get(0).unit(),
                        figure(rounds.stream().mapToDouble(Run::p50).min().orElseThrow()),
                        figure(rounds.stream().mapToDouble(Run::p50).max().orElseThrow()),
                        figure(median(rounds, Run::p99)),
                        figure(median(rounds, Run::bytes)),
                        first ? "" : String.format(Locale.ROOT, "%.2f", ours / p50)));
                first = false;
            }
        });
        return text.toString();
    }

    /** One digit after the point below 100, none above; {@code –} where nothing was measured. */
    private static String figure(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        return String.format(Locale.ROOT, Math.abs(value) < 99.95 ? "%.1f" : "%.0f", value);
    }

    /** One object a line for each run; what was not measured is null. */
    String json() {
        return runs.stream()
                .map(run -> String.format(
                        Locale.ROOT,
                        "{\"benchmark\":%s,%s\"threads\":%d,\"p50\":%s,\"p99\":%s,\"bytesPerOp\":%s,\"unit\":%s}",
                        quoted(run.benchmark()),
                        run.parameters().entrySet().stream()
                                .map(entry -> quoted(entry.getKey()) + ":" + quoted(entry.getValue()) + ",")
                                .collect(Collectors.joining()),
                        run.threads(),
                        number(run.p50()),
                        number(run.p99()),
                        number(run.bytes()),
                        quoted(run.unit())))
                .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    }

    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.1f", value) : "null";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
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
