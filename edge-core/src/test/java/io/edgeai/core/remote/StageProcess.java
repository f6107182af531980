package io.edgeai.core.remote;

import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.testing.Ort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** A JVM of its own that serves one ONNX file as model {@code stage} until its input ends. */
final class StageProcess implements AutoCloseable {
    private final Process process;
    private final int port;

    private StageProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** In the other process: the port is the first line it says. */
    public static void main(String[] args) throws IOException {
        try (InferenceSession session = Ort.runtime().open(Path.of(args[0]), SessionOptions.defaults());
                GrpcInferenceServer server =
                        GrpcInferenceServer.builder().model("stage", session).start()) {
            System.out.println(server.port());
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }

    static StageProcess start(Path model) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        StageProcess.class.getName(),
                        model.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(Map.of("CLASSPATH", classPath(), "ORT_DISABLE_TELEMETRY", "1"));
        Process process = builder.start();
        String line =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (line == null) {
            process.destroy();
            throw new IOException("the other process said no port");
        }
        return new StageProcess(process, Integer.parseInt(line.trim()));
    }

    /** All entries, also where Surefire hides them behind one jar. */
    static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    int port() {
        return port;
    }

    /** Without saying goodbye. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.destroy();
    }
}
