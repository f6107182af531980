package io.edgeai.benchmarks;

import io.edgeai.core.model.Digest;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How long until a model of 33 MB can answer: opened plainly, hashed and opened, and from the cache of rewritten models?
 * Rounds interleave the ways; medians and the fastest round count. Each load ends with one answer.
 *
 * <pre>{@code
 * mvn -q -pl edge-benchmarks exec:exec -Dbench.main=io.edgeai.benchmarks.LoadComparison -Dbench="--rounds 30 --out target/load"
 * }</pre>
 */
public final class LoadComparison {
    private static final int WIDTH = 1200;
    private static final long ROOM = 1L << 30;

    private LoadComparison() {}

    private interface Load {
        void once() throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        Arguments options = Arguments.of(arguments);
        String table = measure(options.number("--rounds", 30), WIDTH, options);
        System.out.println(table);
    }

    static String measure(int rounds, int width, Arguments options) throws Exception {
        Path folder = Files.createTempDirectory("edgeai-load");
        try {
            byte[] bytes = new Layers("large", width)
                    .dense(width, width, width, width, width, width, width)
                    .bytes(width);
            Path model = Files.write(folder.resolve("model.onnx"), bytes);
            Digest digest = Digest.of(model);
            OnnxRuntimeEngine engine = new OnnxRuntimeEngine();
            SessionOptions session = SessionOptions.defaults();
            float[] input = new float[width];
            Map<String, Load> loads = new LinkedHashMap<>();
            loads.put("SHA-256 alone", () -> Digest.of(model));
            loads.put("plain ONNX", () -> answer(engine.open(model, session), input));
            loads.put(
                    "cached, hashed first",
                    () -> answer(
                            engine.openCached(model, Digest.of(model), folder.resolve("cache"), ROOM, session), input));
            loads.put(
                    "cached, verified before",
                    () -> answer(engine.openCached(model, digest, folder.resolve("cache"), ROOM, session), input));
            SessionOptions unpacked = session.engineOptions(Map.of("session.disable_prepacking", "1"));
            loads.put(
                    "cached, verified before, weights not repacked",
                    () -> answer(engine.openCached(model, digest, folder.resolve("cache"), ROOM, unpacked), input));
            Map<String, List<Double>> millis = new LinkedHashMap<>();
            for (int round = -2; round < rounds; round++) {
                for (Map.Entry<String, Load> load : loads.entrySet()) {
                    long start = System.nanoTime();
                    load.getValue().once();
                    if (round >= 0) {
                        millis.computeIfAbsent(load.getKey(), key -> new ArrayList<>())
                                .add((System.nanoTime() - start) / 1e6);
                    }
                }
            }
            return table(bytes.length, millis, options);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void answer(InferenceSession opened, float[] input) {
        try (opened) {
            opened.predict(input, 0);
        }
    }

    private static String table(long size, Map<String, List<Double>> millis, Arguments options) throws Exception {
        StringBuilder text = new StringBuilder("| load of " + size / 1_000_000 + " MB to the first answer | median ms"
                + " | fastest ms |\n|---|---|---|\n");
        List<String> json = new ArrayList<>();
        millis.forEach((name, all) -> {
            List<Double> sorted = all.stream().sorted().toList();
            double median = sorted.get(sorted.size() / 2);
            text.append(String.format(Locale.ROOT, "| %s | %.1f | %.1f |%n", name, median, sorted.get(0)));
            json.add(String.format(
                    Locale.ROOT, "{\"load\":\"%s\",\"median\":%.2f,\"fastest\":%.2f}", name, median, sorted.get(0)));
        });
        options.write("load", text.toString(), json);
        return text.toString();
    }
}
