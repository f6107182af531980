package io.edgeai.samples.cli;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.partition.ShardAxis;
import io.edgeai.optimize.partition.ShardedNetwork;
import io.edgeai.optimize.partition.TensorSplit;
import io.edgeai.samples.cli.SplitCommand.Answer;
import io.edgeai.samples.cli.SplitCommand.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** One layer dealt out to shards: what comes before it, its parts, and what comes after, each run and timed once here. */
final class SplitShards {
    private static final int RUNS = 10;

    @Option(names = "--layer", paramLabel = "NAME", description = "Output of a Gemm, MatMul or Conv to deal out.")
    private @Nullable String layer;

    @Option(names = "--shards", paramLabel = "N", description = "Parts of --layer, side by side.")
    private @Nullable Integer shards;

    @Option(
            names = "--axis",
            paramLabel = "outputs|inputs",
            description = "Deals out columns and channels (default), or rows of Gemm and MatMul whose sums are added.")
    private String axis = "outputs";

    boolean asked() {
        return layer != null || shards != null;
    }

    void check(List<String> problems) {
        if (asked() && (layer == null || shards == null)) {
            problems.add("--layer NAME and --shards N go together");
        }
        if (!axis.equals("outputs") && !axis.equals("inputs")) {
            problems.add("--axis (" + axis + ") must be outputs or inputs");
        }
    }

    /**
     * Splits, and runs each part on the sample.
     *
     * @param write writes one graph under a name; gives the file, or null where nothing is to be written
     */
    Answer split(OnnxGraph graph, Map<String, Tensor> sample, BiFunction<String, OnnxGraph, @Nullable String> write) {
        String output = layer == null ? "" : layer;
        ShardedNetwork network = TensorSplit.of(
                graph, output, shards == null ? 0 : shards, ShardAxis.valueOf(axis.toUpperCase(Locale.ROOT)));
        Map<String, OnnxGraph> graphs = new LinkedHashMap<>();
        if (network.before() != null) {
            graphs.put("before", network.before());
        }
        for (int i = 0; i < network.shards().size(); i++) {
            graphs.put("shard-" + (i + 1), network.shards().get(i));
        }
        graphs.put("after", network.after());
        InferenceRuntime runtime = Engines.discover().forFormat(ModelFormat.ONNX);
        Map<String, Tensor> values = new HashMap<>(sample);
        List<Part> parts = new ArrayList<>();
        graphs.forEach((name, part) -> parts.add(part(runtime, name, part, values, write.apply(name, part))));
        double[] times = parts.stream()
                .filter(part -> part.name().startsWith("shard-"))
                .mapToDouble(Part::micros)
                .toArray();
        double mean = Arrays.stream(times).average().orElse(1);
        double total = parts.stream().mapToDouble(Part::micros).sum();
        return new Answer(
                "shards",
                total,
                same(runtime, graph, sample, values),
                Arrays.stream(times).max().orElse(mean) / mean,
                parts);
    }

    private static Part part(
            InferenceRuntime runtime, String name, OnnxGraph part, Map<String, Tensor> values, @Nullable String file) {
        Map<String, Tensor> inputs = new HashMap<>();
        List<String> names = part.feeds().stream().map(OnnxValue::name).toList();
        for (String input : names) {
            Tensor value = values.get(input);
            if (value != null) {
                inputs.put(input, value);
            }
        }
        Ticker cpu = Ticker.threadCpu();
        double least = Double.POSITIVE_INFINITY;
        Map<String, Tensor> made = Map.of();
        try (InferenceSession session =
                runtime.open(OnnxWriter.toBytes(part), SessionOptions.defaults().slots(1))) {
            for (int run = 0; run < RUNS; run++) {
                long start = cpu.nanos();
                made = session.run(inputs);
                least = Math.min(least, (cpu.nanos() - start) / 1e3);
            }
        }
        values.putAll(made);
        long sent = made.values().stream()
                .mapToLong(value -> value.buffer().remaining())
                .sum();
        return new Part(name, file, names, List.copyOf(made.keySet()), least, sent);
    }

    /** Whether every output has the bits of the whole network's. */
    private static boolean same(
            InferenceRuntime runtime, OnnxGraph graph, Map<String, Tensor> sample, Map<String, Tensor> values) {
        try (InferenceSession whole = runtime.open(OnnxWriter.toBytes(graph), SessionOptions.defaults())) {
            return whole.run(sample).entrySet().stream().allMatch(output -> {
                Tensor mine = values.get(output.getKey());
                return mine != null && mine.buffer().equals(output.getValue().buffer());
            });
        }
    }
}
