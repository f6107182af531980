package io.edgeai.benchmarks;

import io.edgeai.benchmarks.ServingLoad.Slice;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.monitor.EdgeMonitor;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What do requests by named tensors gain where they share runs, and what does it cost one that is alone? Callers of the
 * session itself, as an endpoint called it before it batched such requests, of an endpoint that may not batch, and of one
 * that may; blocking and asynchronous. Rounds interleave the sides in one process, and a ratio is the median over the rounds'
 * ratios. Both endpoints serve with the monitor's listener.
 *
 * <pre>{@code
 * mvn -q -pl edge-benchmarks exec:exec -Dbench.main=io.edgeai.benchmarks.NamedComparison -Dbench="--out target/named"
 * }</pre>
 *
 * Options: {@code --models SMALL_MLP,MID_MLP,SMALL_CONV,LSTM,TRANSFORMER}, {@code --callers 1,32}, {@code --rounds 5},
 * {@code --millis 300} for each side and round, {@code --out FOLDER}.
 */
public final class NamedComparison {
    private NamedComparison() {}

    enum Side {
        SESSION,
        ONE_BY_ONE,
        BATCHED,
        ASYNC
    }

    /**
     * One model under one number of callers.
     *
     * @param slices by side, one a round
     */
    record Row(ServedNet net, int callers, Map<Side, List<Slice>> slices) {
        double ratio(Side side, Side other, ToDoubleFunction<Slice> figure) {
            List<Slice> ours = slices.getOrDefault(side, List.of());
            List<Slice> theirs = slices.getOrDefault(other, List.of());
            return median(IntStream.range(0, ours.size())
                    .mapToDouble(i -> figure.applyAsDouble(ours.get(i)) / figure.applyAsDouble(theirs.get(i)))
                    .toArray());
        }

        double micros(Side side, double percentile) {
            return median(slices.getOrDefault(side, List.of()).stream()
                    .mapToDouble(slice -> slice.latencies().getValueAtPercentile(percentile) / 1e3)
                    .toArray());
        }

        long wrong() {
            return slices.values().stream()
                    .flatMap(List::stream)
                    .mapToLong(Slice::wrong)
                    .sum();
        }

        private double perCpuSecond(Side side) {
            return median(slices.getOrDefault(side, List.of()).stream()
                    .mapToDouble(Slice::perCpuSecond)
                    .toArray());
        }

        String markdown() {
            return String.format(
                    Locale.ROOT,
                    "| %s | %d | %.0f | %.2f | %.2f | %.2f | %.2f | %.1f / %.1f / %.1f | %.0f / %.0f / %.0f | %d |",
                    net,
                    callers,
                    perCpuSecond(Side.SESSION) / 1e3,
                    ratio(Side.BATCHED, Side.SESSION, Slice::perCpuSecond),
                    ratio(Side.BATCHED, Side.ONE_BY_ONE, Slice::perCpuSecond),
                    ratio(Side.BATCHED, Side.SESSION, Slice::perSecond),
                    ratio(Side.ASYNC, Side.SESSION, Slice::perCpuSecond),
                    micros(Side.SESSION, 50),
                    micros(Side.ONE_BY_ONE, 50),
                    micros(Side.BATCHED, 50),
                    micros(Side.SESSION, 99),
                    micros(Side.ONE_BY_ONE, 99),
                    micros(Side.BATCHED, 99),
                    wrong());
        }

        String json() {
            return String.format(
                    Locale.ROOT,
                    "{\"model\":\"%s\",\"callers\":%d,\"sessionPerCpuSecond\":%.0f,\"batched\":%.3f,"
                            + "\"batchedToOneByOne\":%.3f,\"async\":%.3f,\"p50\":[%.1f,%.1f,%.1f],\"wrong\":%d}",
                    net,
                    callers,
                    perCpuSecond(Side.SESSION),
                    ratio(Side.BATCHED, Side.SESSION, Slice::perCpuSecond),
                    ratio(Side.BATCHED, Side.ONE_BY_ONE, Slice::perCpuSecond),
                    ratio(Side.ASYNC, Side.SESSION, Slice::perCpuSecond),
                    micros(Side.SESSION, 50),
                    micros(Side.ONE_BY_ONE, 50),
                    micros(Side.BATCHED, 50),
                    wrong());
        }
    }

    public static void main(String[] arguments) throws Exception {
        Arguments options = Arguments.of(arguments);
        List<String> nets = options.list("--models", "SMALL_MLP", "MID_MLP", "SMALL_CONV", "LSTM", "TRANSFORMER");
        List<Integer> callers =
                options.list("--callers", 1, 32).stream().map(Integer::valueOf).toList();
        int rounds = options.number("--rounds", 5);
        int millis = options.number("--millis", 300);
        System.out.println("| model | callers | session, 1000/CPU s | batched × session | batched × one by one"
                + " | batched × session, by the clock | async × session | p50 µs session / one by one / batched"
                + " | p99 µs | wrong |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        List<Row> rows = new ArrayList<>();
        for (String net : nets) {
            rows.addAll(measure(ServedNet.valueOf(net), callers, rounds, millis));
        }
        options.write("named", "", rows.stream().map(Row::json).toList());
    }

    static List<Row> measure(ServedNet net, List<Integer> callers, int rounds, int millis) throws Exception {
        List<Row> rows = new ArrayList<>();
        try (PinnedModel pinned = new PinnedModel(net);
                EdgeMonitor monitor = EdgeMonitor.ofDefaults();
                InferenceSession session = open(net);
                ModelEndpoint alone = endpoint(net, monitor).maxBatch(1).build();
                ModelEndpoint batched = endpoint(net, monitor).build()) {
            Signature signature = session.signature();
            String input = signature.inputs().get(0).name();
            String output = signature.outputs().get(0).name();
            Function<float[], Map<String, Tensor>> request = values -> Map.of(input, Tensor.of(values, net.shape(1)));
            for (int count : callers) {
                ServingLoad load = new ServingLoad(net, pinned, batched, count, millis);
                Map<Side, List<Slice>> slices = new EnumMap<>(Side.class);
                for (int round = -1; round <= rounds; round++) {
                    for (Side side : Side.values()) {
                        Slice slice =
                                switch (side) {
                                    case SESSION -> load.named(session::run, request, output);
                                    case ONE_BY_ONE -> load.named(alone::predict, request, output);
                                    case BATCHED -> load.named(batched::predict, request, output);
                                    case ASYNC -> load.namedAsync(request, output);
                                };
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

    private static InferenceSession open(ServedNet net) {
        return new OnnxRuntimeEngine().open(net.bytes(), SessionOptions.defaults());
    }

    private static ModelEndpoint.Builder endpoint(ServedNet net, EdgeMonitor monitor) {
        return ModelEndpoint.builder()
                .opener(version -> open(net))
                .split(TrafficSplit.all(VersionRef.of("bench", 1)))
                .listeners(monitor.factory());
    }

    private static double median(double[] values) {
        double[] sorted = java.util.Arrays.stream(values).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length == 0
                ? Double.NaN
                : sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
