package io.edgeai.benchmarks;

import io.edgeai.EdgeAI;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.server.EdgeServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does HTTP add to one predict of a named tensor? IN_PROCESS calls the endpoint; LIVE asks for the server's health, which
 * runs no model, and is the price of the socket and of HTTP alone; JSON and BINARY ask for the inference. Each caller
 * keeps one loopback connection and writes the same bytes each time, so that the client costs next to nothing.
 *
 * <pre>{@code
 * mvn -q install -DskipTests
 * mvn -q -pl edge-benchmarks exec:exec -Dbench="HttpBenchmark --threads 1,2 --rounds 2"
 * }</pre>
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
public class HttpBenchmark {
    /** How the model is asked. */
    public enum Way {
        IN_PROCESS,
        LIVE,
        JSON,
        BINARY
    }

    /** A served model. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init")
    public static class Served {
        @Param
        Way way;

        @Param({"SMALL_MLP", "SMALL_CONV"})
        BenchModel model;

        private Path home;
        private EdgeAI edge;
        private ModelEndpoint endpoint;
        private EdgeServer server;

        @Setup
        public void open() throws IOException {
            home = Files.createTempDirectory("edgeai-bench");
            edge = EdgeAI.builder().home(home).build();
            VersionRef version =
                    edge.registry().register("bench", model.bytes(), r -> {}).ref();
            edge.registry().promote(version, "benchmark");
            endpoint = edge.serve("bench", serving -> serving.noDeadline());
            server = edge.server().endpoint("bench", endpoint).start();
        }

        @TearDown
        public void close() throws IOException {
            edge.close();
            try (var files = Files.walk(home)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** One caller with its connection. */
    @State(Scope.Thread)
    @SuppressWarnings("NullAway.Init")
    public static class Caller {
        private Map<String, Tensor> inputs;
        private byte[] request;
        private KeptConnection connection;

        @Setup
        public void open(Served served) throws IOException {
            inputs = Map.of("x", Tensor.of(served.model.input(1), served.model.shape()));
            request = request(served.way, served.model);
            connection = new KeptConnection(served.server.port());
        }

        @TearDown
        public void close() throws IOException {
            connection.close();
        }
    }

    @Benchmark
    public Object predict(Served served, Caller caller) throws IOException {
        return served.way == Way.IN_PROCESS
                ? served.endpoint.predict(caller.inputs)
                : caller.connection.ask(caller.request);
    }

    private static byte[] request(Way way, BenchModel model) {
        if (way == Way.LIVE) {
            return KeptConnection.request("GET", "/v2/health/live", "", new byte[0]);
        }
        float[] input = model.input(1);
        String head =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":" + Arrays.toString(model.shape()) + ",\"datatype\":\"FP32\",";
        if (way != Way.BINARY) {
            String json = head + "\"data\":" + Arrays.toString(input) + "}]}";
            return KeptConnection.request("POST", "/v2/models/bench/infer", "", json.getBytes(StandardCharsets.UTF_8));
        }
        byte[] json = ("{\"parameters\":{\"binary_data_output\":true}," + head.substring(1)
                        + "\"parameters\":{\"binary_data_size\":" + 4 * input.length + "}}]}")
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer body = ByteBuffer.allocate(json.length + 4 * input.length).order(ByteOrder.LITTLE_ENDIAN);
        body.put(json).asFloatBuffer().put(input);
        return KeptConnection.request(
                "POST",
                "/v2/models/bench/infer",
                "Inference-Header-Content-Length: " + json.length + "\r\n",
                body.array());
    }
}
