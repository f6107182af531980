package io.edgeai.samples.cli;

import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.provider.ExecutionProvider;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What shall run the nodes of a model. */
final class ProviderOption {
    /** Commas within settings, as between devices or shapes, stand before no provider's name. */
    private static final String BEFORE_A_NAME = ",(?=(?:cpu|cuda|tensorrt|openvino|coreml|directml|xnnpack)(?:[:,]|$))";

    @Option(
            names = "--provider",
            split = BEFORE_A_NAME,
            paramLabel = "NAME[:OPTION=VALUE;…]",
            description =
                    "What runs the model: cpu, cuda, tensorrt, openvino, coreml, directml or xnnpack; of several, the"
                            + " first that is usable here, e.g. cuda,cpu (default: cpu).")
    private List<String> names = new ArrayList<>();

    boolean given() {
        return !names.isEmpty();
    }

    /** @throws io.edgeai.core.error.InvalidInputException where a name is not known */
    List<ExecutionProvider> preferred() {
        return names.stream().map(ExecutionProvider::parse).toList();
    }

    /**
     * The first of those named that is usable.
     *
     * @throws io.edgeai.core.error.InvalidInputException where a name is not known
     * @throws io.edgeai.core.error.RuntimeUnavailableException where none is usable
     */
    ExecutionProvider of(InferenceRuntime runtime) {
        return runtime.firstUsable(preferred());
    }
}
