package io.edgeai.benchmarks;

import io.edgeai.benchmarks.ServingLoad.Side;
import io.edgeai.benchmarks.ServingLoad.Slice;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.monitor.EdgeMonitor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Does the endpoint ever lose against calling ONNX Runtime straight? Answers per second of CPU time, for models of many
 * kinds × callers, blocking, asynchronous and in bulk; rounds interleave the sides in one process, and a ratio is the
 * median over the rounds' ratios. The endpoint serves with the monitor's listener.
 *
 * <pre>{@code
 * mvn -q -pl edge-benchmarks exec:exec -Dbench.main=io.edgeai.benchmarks.BatchingComparison -Dbench="--out target/batching"
 * }</pre>
 *
 * Options: {@code --models A,B}, {@code --callers 1,2,4,8,16,32,64}, {@code --sides BLOCKING,ASYNC,BULK,CURVE},
 * {@code --rounds 3}, {@code --millis 100} for each side and round, {@code --out FOLDER}.
 */
public final class BatchingComparison {
    private BatchingComparison() {}

    /**
     * One model under one number of callers.
     *
     * @param slices by side, one a round
     */
    record Row(ServedNet net, int callers, Map<Side, List<Slice>> slices) {
        /** Median over the rounds of this side's answers per CPU second over the other's. */
        double ratio(Side side, Side other) {
            List<Slice> ours = slices.getOrDefault(side, List.of());
            List<Slice> theirs = slices.getOrDefault(other, List.of());
            return median(IntStream.range(0, Math.min(ours.size(), theirs.size()))
                    .mapToDouble(i -> ours.get(i).perCpuSecond() / theirs.get(i).perCpuSecond())
                    .toArray());
        }

        double micros(Side side, double percentile) {
            return median(slices.getOrDefault(side, List.of()).stream()
                    .mapToDouble(slice -> slice.latencies().getValueAtPercentile(percentile) / 1e3)
                    .toArray());
        }

        double perCpuSecond(Side side) {
            return median(slices.getOrDefault(side, List.of()).stream()
                    .mapToDouble(Slice::perCpuSecond)
                    .toArray());
        }

        long wrong() {
            return slices.values().stream()
                    .flatMap(List::stream)
                    .mapToLong(Slice::wrong)
                    .sum();
        }

        String markdown() {
            return String.format(
                    Locale.ROOT,
                    "| %s | %d | %.0f | %.2f | %.2f | %.2f | %.2f | %.1f → %.1f | %.0f → %.0f | %.0f → %.0f | %d |",
                    net,
                    callers,
                    perCpuSecond(Side.DIRECT) / 1e3,
                    ratio(Side.BLOCKING, Side.DIRECT),
                    ratio(Side.ASYNC, Side.DIRECT),
                    ratio(Side.BULK, Side.DIRECT),
                    ratio(Side.BULK, Side.CURVE),
                    micros(Side.DIRECT, 50),
                    micros(Side.BLOCKING, 50),
                    micros(Side.DIRECT, 99),
                    micros(Side.BLOCKING, 99),
                    micros(Side.DIRECT, 99.9),
                    micros(Side.BLOCKING, 99.9),
                    wrong());
        }

        List<String> json() {
            return slices.entrySet().stream()
                    .map(entry -> String.format(
                            Locale.ROOT,
                            "{\"model\":\"%s\",\"callers\":%d,\"side\":\"%s\",\"perCpuSecond\":%.0f,\"ratio\":%s,"
                                    + "\"p50\":%.1f,\"p99\":%.1f,\"p999\":%.1f,\"wrong\":%d}",
                            net,
                            callers,
                            entry.getKey(),
                            perCpuSecond(entry.getKey()),
                            figure(ratio(entry.getKey(), Side.DIRECT)),
                            micros(entry.getKey(), 50),
                            micros(entry.getKey(), 99),
                            micros(entry.getKey(), 99.9),
                            wrong()))
                    .toList();
        }
    }

    public static void main(String[] arguments) throws Exception {
        Arguments options = Arguments.of(arguments);
        List<ServedNet> nets = options.list("--models", (Object[]) ServedNet.values()).stream()
                .map(ServedNet::valueOf)
                .toList();
        List<Integer> callers = options.list("--callers", 1, 2, 4, 8, 16, 32, 64).stream()
                .map(Integer::valueOf)
                .toList();
        List<Side> sides = new ArrayList<>(List.of(Side.DIRECT));
        options.list("--sides", Side.BLOCKING, Side.ASYNC, Side.BULK, Side.CURVE)
                .forEach(side -> sides.add(Side.valueOf(side)));
        int rounds = options.number("--rounds", 3);
        int millis = options.number("--millis", 100);
        System.out.println("| model | callers | direct, 1000/CPU s | blocking × | async × | bulk × | bulk ÷ curve"
                + " | p50 µs direct → blocking | p99 µs | p99.9 µs | wrong |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|---|");
        List<Row> rows = new ArrayList<>();
        for (ServedNet net : nets) {
            rows.addAll(measure(net, callers, sides, rounds, millis));
        }
        System.out.println();
        String summary = summary(rows, sides);
        System.out.println(summary);
        write(options, rows, summary);
    }

    static List<Row> measure(ServedNet net, List<Integer> callers, List<Side> sides, int rounds, int millis)
            throws Exception {
        List<Row> rows = new ArrayList<>();
        try (PinnedModel pinned = new PinnedModel(net);
                EdgeMonitor monitor = EdgeMonitor.ofDefaults();
                ModelEndpoint endpoint = ModelEndpoint.builder()
                        .opener(version -> new OnnxRuntimeEngine().open(net.bytes(), SessionOptions.defaults()))
                        .split(TrafficSplit.all(VersionRef.of("bench", 1)))
                        .listeners(monitor.factory())
                        .maxBatch(64)
                        .build()) {
            for (int count : callers) {
                ServingLoad load = new ServingLoad(net, pinned, endpoint, count, millis);
                Map<Side, List<Slice>> slices = new EnumMap<>(Side.class);
                for (int round = -1; round <= rounds; round++) {
                    for (Side side : sides) {
                        if (side == Side.CURVE && net == ServedNet.BATCH_SOFTMAX) {
                            continue; // a batch by hand gives wrong answers
                        }
                        Slice slice = load.run(side);
                        if (round > 0) {
                            slices.computeIfAbsent(side, key -> new ArrayList<>())
                                    .add(slice);
                        }
                    }
                }
                Row row = new Row(net, count, slices);
                rows.add(row);
                System.out.println(row.markdown());
            }
        }
        return rows;
    }

    private static String summary(List<Row> rows, List<Side> sides) {
        StringBuilder text = new StringBuilder();
        for (Side side : sides) {
            rows.stream()
                    .filter(row -> Double.isFinite(row.ratio(side, Side.DIRECT)) && side != Side.DIRECT)
                    .min((a, b) -> Double.compare(a.ratio(side, Side.DIRECT), b.ratio(side, Side.DIRECT)))
                    .ifPresent(row -> text.append(String.format(
                            Locale.ROOT,
                            "- worst %s: %.2f (%s, %d callers)%n",
                            side,
                            row.ratio(side, Side.DIRECT),
                            row.net(),
                            row.callers())));
        }
        rows.stream()
                .max((a, b) -> Double.compare(a.micros(Side.BLOCKING, 99.9), b.micros(Side.BLOCKING, 99.9)))
                .ifPresent(row -> text.append(String.format(
                        Locale.ROOT,
                        "- longest p99.9 of blocking callers: %.0f µs (%s, %d callers; direct %.0f µs)%n",
                        row.micros(Side.BLOCKING, 99.9),
                        row.net(),
                        row.callers(),
                        row.micros(Side.DIRECT, 99.9))));
        return text.append("- wrong answers: ")
                .append(rows.stream().mapToLong(Row::wrong).sum())
                .toString();
    }

    private static void write(Arguments options, List<Row> rows, String summary) throws IOException {
        options.write(
                "batching",
                summary,
                rows.stream().flatMap(row -> row.json().stream()).toList());
    }

    private static String figure(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "null";
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length == 0
                ? Double.NaN
                : values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
