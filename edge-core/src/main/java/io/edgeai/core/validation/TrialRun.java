package io.edgeai.core.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The program that a child process runs: opens a model, runs samples and repetitions, and leaves its answer in the folder
 * that it was given.
 */
final class TrialRun {
    static final String REQUEST = "request.json";
    static final String ANSWER = "answer.json";
    private static final int WARM_UP = 3;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The most memory the process has held, by its own account; what looks at it from time to time may miss the peak. */
    static final String PEAK = "peakBytes";

    private TrialRun() {}

    /** @param arguments the folder */
    public static void main(String[] arguments) throws IOException {
        run(Path.of(arguments[0]), true);
    }

    /** @param alone whether this process does nothing else, so that its memory is the trial's */
    static void run(Path folder, boolean alone) throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        try {
            JsonNode request = JSON.readTree(folder.resolve(REQUEST).toFile());
            trial(folder, request, answer);
            answer.put("failure", "").put(PEAK, alone ? ChildJvm.memory("self", "VmHWM:") : 0);
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            answer.put("failure", e.getMessage() == null ? e.toString() : e.getMessage());
        }
        Path part = folder.resolve(ANSWER + ".part");
        JSON.writeValue(part.toFile(), answer);
        Files.move(part, folder.resolve(ANSWER), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void trial(Path folder, JsonNode request, ObjectNode answer) throws ReflectiveOperationException {
        InferenceRuntime runtime = runtime(request);
        long started = System.nanoTime();
        try (InferenceSession session =
                runtime.open(Path.of(request.path("model").asText()), SessionOptions.defaults())) {
            answer.put("openNanos", System.nanoTime() - started);
            List<Map<String, Tensor>> samples = new ArrayList<>();
            for (int i = 0; i < request.path("samples").asInt(); i++) {
                samples.add(TensorFile.read(folder.resolve("input" + i)));
                TensorFile.write(folder.resolve("output" + i), session.run(samples.get(i)));
            }
            ArrayNode nanos = answer.putArray("runNanos");
            for (int i = 0; i < request.path("repetitions").asInt() + WARM_UP && !samples.isEmpty(); i++) {
                long before = System.nanoTime();
                Map<String, Tensor> outputs = session.run(samples.get(i % samples.size()));
                long took = System.nanoTime() - before;
                if (i >= WARM_UP && !outputs.isEmpty()) {
                    nanos.add(took);
                }
            }
        }
    }

    private static InferenceRuntime runtime(JsonNode request) throws ReflectiveOperationException {
        String engine = request.path("engine").asText();
        if (engine.isEmpty()) {
            return Engines.discover()
                    .forFormat(ModelFormat.valueOf(request.path("format").asText()));
        }
        return Class.forName(engine)
                .asSubclass(InferenceRuntime.class)
                .getDeclaredConstructor()
                .newInstance();
    }
}
