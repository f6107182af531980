package io.edgeai.samples.cli;

import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.provider.ExecutionProvider;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What shall run the nodes of a model. */
final class ProviderOption {
    @Option(
            names = "--provider",
            split = ",",
            paramLabel = "NAME[:OPTION=VALUE;…]",
            description =
                    "What runs the model: cpu, cuda, tensorrt, openvino, coreml, directml or xnnpack; of several, the"
                            + " first that is usable here, e.g. cuda,cpu (default: cpu).")
    private List<String> names = new ArrayList<>();

    boolean given() {
        return !names.isEmpty();
    }

    /**
     * The first of those named that is usable.
     *
     * @throws io.edgeai.core.error.InvalidInputException where a name is not known
     * @throws io.edgeai.core.error.RuntimeUnavailableException where none is usable
     */
    ExecutionProvider of(InferenceRuntime runtime) {
        return runtime.firstUsable(names.stream().map(ExecutionProvider::parse).toList());
    }
}
