package io.edgeai.core.runtime.provider;

import io.edgeai.core.error.InvalidInputException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What runs the nodes of a model, with its settings; see ONNX Runtime's documentation of execution providers. Nodes that it
 * does not take run on the CPU. Whether it is here is found by trying: {@link
 * io.edgeai.core.runtime.InferenceRuntime#availability(ExecutionProvider)}. Immutable.
 */
public sealed interface ExecutionProvider
        permits CpuProvider,
                CudaProvider,
                TensorRtProvider,
                OpenVinoProvider,
                CoreMlProvider,
                XnnpackProvider,
                DirectMlProvider {
    /** One of {@code cpu}, {@code cuda}, {@code tensorrt}, {@code openvino}, {@code coreml}, {@code xnnpack}, {@code directml}. */
    String name();

    /** Settings by ONNX Runtime's names; what is not there has ONNX Runtime's default. */
    Map<String, String> options();

    /** Those and this one. ONNX Runtime judges name and value when a model is opened. */
    ExecutionProvider option(String name, String value);

    /** All kinds, each with its defaults, the CPU last. */
    static List<ExecutionProvider> all() {
        return List.of(
                new TensorRtProvider(Map.of()),
                new CudaProvider(Map.of()),
                new OpenVinoProvider(Map.of()),
                new CoreMlProvider(Map.of()),
                new DirectMlProvider(Map.of()),
                new XnnpackProvider(Map.of()),
                new CpuProvider());
    }

    /**
     * A name, or a name with settings: {@code cuda}, {@code cuda:device_id=1;gpu_mem_limit=2147483648}.
     *
     * @throws InvalidInputException where the name is not known or a setting has no value
     */
    static ExecutionProvider parse(String text) {
        int colon = text.indexOf(':');
        String name = (colon < 0 ? text : text.substring(0, colon)).strip();
        ExecutionProvider found = all().stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        "Execution provider (" + name + ") is not known. Maybe one of " + names() + "?"));
        if (colon >= 0) {
            for (String setting : text.substring(colon + 1).split(";", -1)) {
                int equals = setting.indexOf('=');
                if (equals < 1 || equals == setting.length() - 1) {
                    throw new InvalidInputException("Setting (" + setting + ") of execution provider (" + name
                            + ") is no NAME=VALUE. Maybe write them as " + name + ":NAME=VALUE;NAME=VALUE.");
                }
                found = found.option(
                        setting.substring(0, equals).strip(),
                        setting.substring(equals + 1).strip());
            }
        }
        return found;
    }

    /** What {@link #parse} reads: the name, with the settings where there are any. */
    default String text() {
        StringBuilder text = new StringBuilder(name());
        char before = ':';
        for (Map.Entry<String, String> option : new TreeMap<>(options()).entrySet()) {
            text.append(before).append(option.getKey()).append('=').append(option.getValue());
            before = ';';
        }
        return text.toString();
    }

    /** The names of {@link #all()}. */
    static List<String> names() {
        return all().stream().map(ExecutionProvider::name).toList();
    }
}
