package io.edgeai.core.runtime.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.NodeTime;
import io.edgeai.core.runtime.SessionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What ONNX Runtime writes about a model when asked: its rewritten graph, and the times of nodes. */
final class OrtProfiler {
    private static final int MOST_RUNS = 10_000;
    private static final String KERNEL = "_kernel_time";

    private OrtProfiler() {}

    static byte[] rewritten(byte[] model, SessionOptions options) {
        return inFolder(folder -> {
            Path file = folder.resolve("rewritten.onnx");
            Map<String, String> more = new LinkedHashMap<>(options.engineOptions());
            more.put("optimized_model_filepath", file.toString());
            SessionFactory.open(model, options.slots(1).engineOptions(more)).close();
            return Files.readAllBytes(file);
        });
    }

    static List<NodeTime> profile(byte[] model, SessionOptions options, Map<String, Tensor> feed, int runs) {
        if (runs < 1 || runs > MOST_RUNS) {
            throw new InvalidInputException("runs (" + runs + ") must be 1 to " + MOST_RUNS + ".");
        }
        int warmUp = (runs + 9) / 10;
        return inFolder(folder -> {
            Path trace = folder.resolve(trace(model, options, feed, warmUp + runs, folder));
            return times(trace, runs);
        });
    }

    /** Runs under ONNX Runtime's profiler; the name of the file it wrote. */
    private static String trace(byte[] model, SessionOptions options, Map<String, Tensor> feed, int runs, Path folder) {
        return SessionFactory.with(
                model,
                options,
                ort -> ort.enableProfiling(folder.resolve("trace").toString()),
                session -> {
                    Map<String, OnnxTensor> natives = new LinkedHashMap<>();
                    OrtEnvironment environment = OrtEnvironment.getEnvironment();
                    try (UnsignedCasts casts = new UnsignedCasts(environment)) {
                        for (Map.Entry<String, Tensor> entry : feed.entrySet()) {
                            natives.put(
                                    entry.getKey(),
                                    OrtValues.toNative(environment, casts, entry.getKey(), entry.getValue()));
                        }
                        for (int run = 0; run < runs; run++) {
                            run(session, natives);
                        }
                        return session.endProfiling();
                    } finally {
                        natives.values().forEach(OnnxTensor::close);
                    }
                });
    }

    private static void run(OrtSession session, Map<String, OnnxTensor> natives) throws OrtException {
        session.run(natives).close();
    }

    /** Reads the last {@code runs} times of each node from a trace: a list of events in Chrome's format. */
    private static List<NodeTime> times(Path trace, int runs) throws IOException {
        Map<String, List<Integer>> micros = new LinkedHashMap<>();
        Map<String, String> ops = new HashMap<>();
        Map<String, String> providers = new HashMap<>();
        try (JsonParser json = new JsonFactory().createParser(trace.toFile())) {
            String name = "";
            String op = "";
            String provider = "";
            int duration = 0;
            int depth = 0;
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.START_OBJECT) {
                    depth++;
                } else if (token == JsonToken.END_OBJECT && --depth == 0) {
                    if (name.endsWith(KERNEL)) {
                        String node = name.substring(0, name.length() - KERNEL.length());
                        micros.computeIfAbsent(node, key -> new ArrayList<>()).add(duration);
                        ops.put(node, op);
                        providers.put(node, provider);
                    }
                } else if (token.isScalarValue()) {
                    String field = json.currentName();
                    if (depth == 1 && "name".equals(field)) {
                        name = json.getText();
                    } else if (depth == 1 && "dur".equals(field)) {
                        duration = json.getIntValue();
                    } else if (depth == 2 && "op_name".equals(field)) {
                        op = json.getText();
                    } else if (depth == 2 && "provider".equals(field)) {
                        provider = json.getText()
                                .replace("ExecutionProvider", "")
                                .toLowerCase(Locale.ROOT)
                                .replace("dml", "directml");
                    }
                }
            }
        }
        List<NodeTime> times = new ArrayList<>();
        micros.forEach((node, all) -> times.add(new NodeTime(
                node,
                ops.getOrDefault(node, ""),
                providers.getOrDefault(node, ""),
                Math.min(runs, all.size()),
                fasterHalf(all.subList(Math.max(0, all.size() - runs), all.size())))));
        return List.copyOf(times);
    }

    /** Times are cut to whole microseconds, so half of one is added. */
    private static double fasterHalf(List<Integer> micros) {
        int[] sorted = micros.stream().mapToInt(Integer::intValue).sorted().toArray();
        return Arrays.stream(sorted, 0, (sorted.length + 1) / 2).average().orElse(0) + 0.5;
    }

    private static <T> T inFolder(FolderWork<T> work) {
        try {
            Path folder = Files.createTempDirectory("edgeai-profile");
            try {
                return work.in(folder);
            } finally {
                try (Stream<Path> files = Files.list(folder)) {
                    for (Path file : files.toList()) {
                        Files.delete(file);
                    }
                }
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new StorageException("Cannot keep a model's profile in the folder for temporary files.", e);
        }
    }

    private interface FolderWork<T> {
        T in(Path folder) throws IOException;
    }
}
