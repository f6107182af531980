package io.edgeai.samples.inference;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.samples.data.DataLimits;
import io.edgeai.samples.data.JsonTensors;
import io.edgeai.samples.terminal.Failures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Many models and inputs in one process: a list of cases, each of which may fail without stopping the others. */
public final class BatchCases {
    private static final Set<String> KEYS =
            Set.of("model", "input", "method", "output", "engine", "header", "normalize", "batch_size", "name");

    private BatchCases() {}

    /**
     * One case.
     *
     * @param model the model's path
     * @param inputs files, or {@code input=file}
     * @param method what to ask of the model, or null
     * @param output the file to write, or null for none
     * @param engine engine name, or null for the best
     * @param header {@code auto}, {@code yes} or {@code no}
     * @param normalize normalization of byte images, or null
     * @param batchSize samples in one run, 0 for all, -1 for the default
     */
    public record Case(
            Path model,
            List<String> inputs,
            @Nullable String method,
            @Nullable Path output,
            @Nullable String engine,
            String header,
            @Nullable String normalize,
            int batchSize) {}

    /**
     * How one case went.
     *
     * @param model as written in the case
     * @param output as written in the case, or null
     * @param ok whether it ran to its end
     * @param error one line, or null
     * @param seconds how long it took, loading included
     */
    public record Result(
            @Nullable String model, @Nullable String output, boolean ok, @Nullable String error, double seconds) {}

    /**
     * Runs all cases of a file in order. Relative paths in it are relative to the working folder.
     *
     * @throws InvalidInputException where the file is no list of objects; faults within a case are its result
     */
    public static List<Result> run(Path file, Consumer<Case> runner, Ticker ticker, Progress progress) {
        JsonNode root = JsonTensors.tree(file, DataLimits.DEFAULT);
        if (!root.isArray()) {
            throw new InvalidInputException(
                    "Batch file (" + file + ") is no list. Maybe write [{\"model\": …, \"input\": …, \"output\": …}].");
        }
        List<Result> results = new ArrayList<>();
        for (JsonNode node : root) {
            if (progress.cancelled()) {
                throw new OperationCancelledException("The batch was cancelled after " + results.size() + " cases.");
            }
            progress.update("cases", results.size(), root.size());
            long start = ticker.nanos();
            String error = null;
            try {
                runner.accept(parse(node));
            } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
                error = Failures.describe(e);
            }
            results.add(new Result(
                    text(node, "model"),
                    text(node, "output"),
                    error == null,
                    error,
                    Math.round((ticker.nanos() - start) / 1e3) / 1e6));
        }
        progress.update("cases", results.size(), root.size());
        return results;
    }

    private static Case parse(JsonNode node) {
        if (!node.isObject()) {
            throw new InvalidInputException("Case (" + node + ") is no object. Maybe {\"model\": …, \"input\": …}.");
        }
        node.fieldNames().forEachRemaining(key -> {
            if (!KEYS.contains(key)) {
                throw new InvalidInputException("Case has the unknown key (" + key + "). Maybe one of " + KEYS + ".");
            }
        });
        node.properties().forEach(entry -> requireKind(entry.getKey(), entry.getValue()));
        String output = text(node, "output");
        String header = text(node, "header");
        JsonNode size = node.path("batch_size");
        return new Case(
                Path.of(required(node, "model")),
                inputs(node),
                text(node, "method"),
                output == null ? null : Path.of(output),
                text(node, "engine"),
                header == null ? "auto" : header,
                text(node, "normalize"),
                size.isInt() ? size.intValue() : -1);
    }

    private static void requireKind(String key, JsonNode value) {
        boolean right =
                value.isNull() || key.equals("input") || (key.equals("batch_size") ? value.isInt() : value.isTextual());
        if (!right) {
            throw new InvalidInputException("Case has key (" + key + ") with value (" + value + "). Maybe "
                    + (key.equals("batch_size") ? "a whole number." : "a text in quotes."));
        }
    }

    private static List<String> inputs(JsonNode node) {
        JsonNode input = node.path("input");
        List<String> inputs = new ArrayList<>();
        if (input.isTextual()) {
            inputs.add(input.textValue());
        } else if (input.isArray()) {
            input.forEach(one -> inputs.add(one.asText()));
        } else if (input.isObject()) {
            input.properties()
                    .forEach(one ->
                            inputs.add(one.getKey() + "=" + one.getValue().asText()));
        } else {
            throw new InvalidInputException("Case has no input (" + input
                    + "). Maybe \"input\": \"x.npy\", [\"a=a.npy\", …] or {\"a\": \"a.npy\"}.");
        }
        return inputs;
    }

    private static String required(JsonNode node, String key) {
        String value = text(node, key);
        if (value == null) {
            throw new InvalidInputException("Case lacks (" + key + "). Maybe add \"" + key + "\": \"…\".");
        }
        return value;
    }

    private static @Nullable String text(JsonNode node, String key) {
        JsonNode value = node.path(key);
        return value.isTextual() ? value.textValue() : null;
    }
}
