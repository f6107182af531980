package io.edgeai.core.runtime.onnxruntime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.edgeai.core.error.InvalidInputException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Engine options that are not configuration entries of ONNX Runtime, under the names they have in its Python API:
 * {@code execution_mode} (sequential, parallel), {@code inter_op_num_threads}, {@code graph_optimization_level} (disable,
 * basic, extended, layout, all), {@code enable_cpu_mem_arena}, {@code enable_mem_pattern} (0, 1),
 * {@code optimized_model_filepath}; {@code execution_provider} with {@code provider.…} is {@link OrtProviders}' matter.
 */
final class OrtOptions {
    private static final int MOST_THREADS = 1024;

    private OrtOptions() {}

    static void apply(Map<String, String> options, OrtSession.SessionOptions ort) throws OrtException {
        for (Map.Entry<String, String> option : new TreeMap<>(options).entrySet()) {
            String key = option.getKey();
            String value = option.getValue();
            switch (key) {
                case "execution_mode" ->
                    ort.setExecutionMode(choice(
                            key,
                            value,
                            Map.of("sequential", ExecutionMode.SEQUENTIAL, "parallel", ExecutionMode.PARALLEL)));
                case "inter_op_num_threads" -> ort.setInterOpNumThreads(threads(key, value));
                case "graph_optimization_level" ->
                    ort.setOptimizationLevel(choice(
                            key,
                            value,
                            Map.of(
                                    "disable", OptLevel.NO_OPT,
                                    "basic", OptLevel.BASIC_OPT,
                                    "extended", OptLevel.EXTENDED_OPT,
                                    "layout", OptLevel.LAYOUT_OPT,
                                    "all", OptLevel.ALL_OPT)));
                case "enable_cpu_mem_arena" -> ort.setCPUArenaAllocator(flag(key, value));
                case "enable_mem_pattern" -> ort.setMemoryPatternOptimization(flag(key, value));
                case "optimized_model_filepath" -> ort.setOptimizedModelFilePath(value);
                default -> {
                    if (!OrtProviders.mine(key)) {
                        ort.addConfigEntry(key, value);
                    }
                }
            }
        }
    }

    private static boolean flag(String key, String value) {
        return choice(key, value, Map.of("0", false, "1", true));
    }

    private static int threads(String key, String value) {
        try {
            int threads = Integer.parseInt(value);
            if (threads >= 1 && threads <= MOST_THREADS) {
                return threads;
            }
        } catch (NumberFormatException e) {
            throw new InvalidInputException(
                    "Engine option (" + key + "=" + value + ") must be a number of 1 to " + MOST_THREADS + ".", e);
        }
        throw new InvalidInputException("Engine option (" + key + "=" + value + ") must be 1 to " + MOST_THREADS + ".");
    }

    private static <T> T choice(String key, String value, Map<String, T> choices) {
        T chosen = choices.get(value);
        if (chosen == null) {
            throw new InvalidInputException("Engine option (" + key + "=" + value + ") is not known. Maybe one of "
                    + new TreeMap<>(choices).keySet() + "?");
        }
        return chosen;
    }
}
