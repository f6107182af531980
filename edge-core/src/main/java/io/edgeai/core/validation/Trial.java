package io.edgeai.core.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The first load of a model that nobody trusts, in a process of its own. Whatever the model does there, this process goes
 * on. Stateless and thread-safe.
 */
public final class Trial {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TrialLimits limits;

    public Trial(TrialLimits limits) {
        this.limits = limits;
    }

    /**
     * Opens a model, runs every sample once, and then as many repetitions; nothing of one whose graph is past the limits.
     *
     * @param samples inputs by name; without any, one of zeros is made where the signature is known
     * @throws RuntimeUnavailableException where no process can be started and {@link TrialLimits#inProcess} is false
     */
    public TrialReport run(Candidate candidate, List<Map<String, Tensor>> samples, int repetitions) {
        GateResult size = new GraphGate(limits.graph()).check(candidate);
        if (!size.passed()) {
            return TrialReport.refused(size.detail());
        }
        List<Map<String, Tensor>> inputs =
                samples.isEmpty() ? zeros(candidate.version().signature()) : samples;
        try {
            Path folder = Files.createTempDirectory("edgeai-trial");
            try {
                request(folder, candidate, inputs, repetitions);
                return answer(folder, load(folder), inputs.size());
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new StorageException("Cannot exchange files with a trial: " + e + ". Maybe the disk is full.", e);
        }
    }

    private static List<Map<String, Tensor>> zeros(Signature signature) {
        if (signature.inputs().isEmpty()) {
            return List.of();
        }
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (TensorSpec spec : signature.inputs()) {
            inputs.put(
                    spec.name(),
                    Tensor.allocate(
                            spec.type(),
                            spec.shape().stream()
                                    .mapToLong(dim -> dim.known() ? dim.size() : 1)
                                    .toArray()));
        }
        return List.of(inputs);
    }

    private void request(Path folder, Candidate candidate, List<Map<String, Tensor>> inputs, int repetitions)
            throws IOException {
        ObjectNode request = JSON.createObjectNode()
                .put("model", candidate.file().toAbsolutePath().toString())
                .put("format", candidate.version().format().name())
                .put("engine", limits.engine().map(Class::getName).orElse(""))
                .put("samples", inputs.size())
                .put("repetitions", repetitions);
        JSON.writeValue(folder.resolve(TrialRun.REQUEST).toFile(), request);
        for (int i = 0; i < inputs.size(); i++) {
            TensorFile.write(folder.resolve("input" + i), inputs.get(i));
        }
    }

    private ChildJvm.End load(Path folder) {
        ChildJvm child;
        try {
            child = limits.engine().isPresent()
                    ? ChildJvm.of(
                            TrialRun.class,
                            limits.heapMegabytes(),
                            limits.engine().get())
                    : ChildJvm.of(TrialRun.class, limits.heapMegabytes());
        } catch (RuntimeUnavailableException e) {
            if (limits.inProcess()) {
                return loadHere(folder);
            }
            throw e;
        }
        return child.run(
                folder.resolve("words"), limits.time(), (long) limits.residentMegabytes() << 20, folder.toString());
    }

    /** Only the waiting is bounded: a thread that hangs cannot be ended. */
    ChildJvm.End loadHere(Path folder) {
        FutureTask<Boolean> task = new FutureTask<>(() -> {
            TrialRun.run(folder, false);
            return true;
        });
        EdgeThreads.named("trial").newThread(task).start();
        String failure = "";
        try {
            failure = task.get(limits.time().toNanos(), TimeUnit.NANOSECONDS) ? "" : "no answer";
        } catch (TimeoutException e) {
            failure = "left behind after " + limits.time().toMillis() + " ms without an answer";
        } catch (java.util.concurrent.ExecutionException e) {
            failure = String.valueOf(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationCancelledException("A trial was interrupted.");
        }
        return new ChildJvm.End(failure, ProcessHandle.current().pid(), 0);
    }

    private static TrialReport answer(Path folder, ChildJvm.End end, int samples) throws IOException {
        Path file = folder.resolve(TrialRun.ANSWER);
        if (!end.failure().isEmpty() || !Files.exists(file)) {
            String failure = end.failure().isEmpty() ? "its process ended without an answer" : end.failure();
            return new TrialReport(failure, end.pid(), 0, List.of(), end.residentBytes(), List.of());
        }
        JsonNode answer = JSON.readTree(file.toFile());
        List<Long> nanos = new ArrayList<>();
        answer.path("runNanos").forEach(one -> nanos.add(one.asLong()));
        List<Map<String, Tensor>> outputs = new ArrayList<>();
        for (int i = 0; i < samples && Files.exists(folder.resolve("output" + i)); i++) {
            outputs.add(TensorFile.read(folder.resolve("output" + i)));
        }
        return new TrialReport(
                answer.path("failure").asText(),
                end.pid(),
                answer.path("openNanos").asLong(),
                nanos,
                Math.max(end.residentBytes(), answer.path(TrialRun.PEAK).asLong()),
                outputs);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
