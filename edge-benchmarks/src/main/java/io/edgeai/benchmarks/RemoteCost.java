package io.edgeai.benchmarks;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.remote.GrpcInferenceServer;
import io.edgeai.core.remote.RemoteSession;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What it costs to ask a session in another process over loopback gRPC instead of one here: a model that hands a tensor
 * through, in tensors of several sizes, so that what is measured is the way.
 */
final class RemoteCost {
    static final String HEAD =
            "| tensor there and back | here, median | another process, median | p99 | added | equal |\n"
                    + "|---|---|---|---|---|---|";

    private static final int[] FLOATS = {16, 4096, 150_528, 1_000_000};

    private RemoteCost() {}

    /** Microseconds of one request; medians over all requests. */
    record Row(long bytes, double here, double there, double there99, boolean exact) {
        String line() {
            return String.format(
                    Locale.ROOT,
                    "| %.1f KiB | %.0f µs | %.0f µs | %.0f µs | **%.0f µs** | %s |",
                    bytes / 1024.0,
                    here,
                    there,
                    there99,
                    there - here,
                    exact ? "yes" : "NO");
        }
    }

    /** The process asked: says its port, ends with its input. */
    public static void main(String[] arguments) throws IOException {
        try (InferenceSession session = open();
                GrpcInferenceServer server =
                        GrpcInferenceServer.builder().model("through", session).start()) {
            System.out.println(server.port());
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }

    private static InferenceSession open() {
        OnnxGraph graph = OnnxGraph.create("through", 17);
        OnnxType type = new OnnxType.OfTensor(ElementType.FLOAT, List.of(Dim.symbolic("N")));
        graph.inputs().add(new OnnxValue("x", type));
        graph.add("Identity", "id", List.of("x"), List.of("y"));
        graph.outputs().add(new OnnxValue("y", type));
        return Engines.discover()
                .forFormat(ModelFormat.ONNX)
                .open(OnnxWriter.toBytes(graph), SessionOptions.defaults());
    }

    static List<Row> measure(int rounds, double seconds) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), RemoteCost.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment()
                .putAll(Map.of("CLASSPATH", System.getProperty("java.class.path"), "ORT_DISABLE_TELEMETRY", "1"));
        Process process = builder.start();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String port = said.readLine();
            if (port == null) {
                throw new IOException("The other process did not start.");
            }
            try (InferenceSession here = open();
                    RemoteSession there = RemoteSession.builder()
                            .port(Integer.parseInt(port))
                            .model("through")
                            .connectWithin(Duration.ofMinutes(2))
                            .open()) {
                List<Row> rows = new ArrayList<>();
                for (int floats : FLOATS) {
                    rows.add(measure(here, there, floats, rounds, seconds));
                }
                return rows;
            }
        } finally {
            process.destroy();
        }
    }

    private static Row measure(InferenceSession here, RemoteSession there, int floats, int rounds, double seconds) {
        float[] values = new float[floats];
        for (int i = 0; i < floats; i++) {
            values[i] = i;
        }
        Map<String, Tensor> input = Map.of("x", Tensor.of(values, floats));
        byte[] expected = bytes(here.run(input));
        boolean exact = java.util.Arrays.equals(expected, bytes(there.run(input)));
        times(there, input, seconds);
        List<Double> near = new ArrayList<>();
        List<Double> far = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            near.addAll(times(here, input, seconds / 4));
            far.addAll(times(there, input, seconds / 2));
        }
        near.sort(null);
        far.sort(null);
        return new Row(
                4L * floats, near.get(near.size() / 2), far.get(far.size() / 2), far.get(far.size() * 99 / 100), exact);
    }

    private static byte[] bytes(Map<String, Tensor> answer) {
        return answer.values().iterator().next().bytes();
    }

    private static List<Double> times(InferenceSession session, Map<String, Tensor> input, double seconds) {
        List<Double> micros = new ArrayList<>();
        long begin = System.nanoTime();
        while (micros.isEmpty() || System.nanoTime() - begin < seconds * 1e9) {
            long start = System.nanoTime();
            session.run(input);
            micros.add((System.nanoTime() - start) / 1e3);
        }
        return micros;
    }
}
