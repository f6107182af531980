package io.edgeai.core.runtime;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.runtime.provider.CpuProvider;
import io.edgeai.core.runtime.provider.ExecutionProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An engine. Found by {@link java.util.ServiceLoader}; its class must load without the engine's own classes, so that a
 * missing engine is an answer of {@link #availability()} and not a linkage error. Thread-safe.
 */
public interface InferenceRuntime {
    /** Short stable name, e.g. {@code "onnxruntime"}. */
    String name();

    /** Formats it runs directly. */
    Set<ModelFormat> formats();

    /** Preference among engines that run the same format; higher wins. */
    int rank();

    /** Whether it can run here, and if not, what to add. May load natives. */
    Availability availability();

    /**
     * Whether models can be opened with an execution provider here, found by running a model of one node with it: seconds for
     * a GPU that was not in use yet.
     */
    default Availability availability(ExecutionProvider provider) {
        return provider instanceof CpuProvider
                ? availability()
                : new Availability(
                        false,
                        "engine (" + name() + ") has no execution provider (" + provider.name()
                                + "). Maybe use onnxruntime, which runs ONNX models on several.");
    }

    /**
     * The first of these that is usable here.
     *
     * @throws io.edgeai.core.error.InvalidInputException where none is named
     * @throws RuntimeUnavailableException with the reason of each, where none is usable
     */
    default ExecutionProvider firstUsable(List<ExecutionProvider> preferred) {
        if (preferred.isEmpty()) {
            throw new InvalidInputException("No execution provider is named ([]). Maybe cpu, which is always here.");
        }
        List<String> reasons = new ArrayList<>();
        for (ExecutionProvider provider : preferred) {
            Availability availability = availability(provider);
            if (availability.usable()) {
                return provider;
            }
            reasons.add(availability.detail());
        }
        throw new RuntimeUnavailableException(String.join("\n", reasons));
    }

    /** The Maven coordinates that bring it, several separated by {@code " and "}; empty where it is always here. */
    default Optional<String> dependency() {
        return Optional.empty();
    }

    /**
     * Whether this is the library that the format's own makers ship, so that its answers say what a conversion should
     * answer.
     */
    default boolean reference() {
        return false;
    }

    /**
     * Loads a model from a file or folder.
     *
     * @throws io.edgeai.core.error.RuntimeUnavailableException where {@link #availability()} says no
     * @throws io.edgeai.core.error.ModelFormatException where the engine refuses the model, or where the model refers
     *     to data outside its own folder
     * @throws io.edgeai.core.error.UnsupportedOperatorException where the engine has no kernel for an operator
     */
    InferenceSession open(Path model, SessionOptions options);

    /** As {@link #open(Path, SessionOptions)}, from the bytes of a self-contained single-file model of 8 B to 1 GiB. */
    InferenceSession open(byte[] model, SessionOptions options);

    /**
     * Opens a model that keeps tensors between runs. Optional: an engine that cannot do it refuses.
     *
     * @param model as for {@link #open(byte[], SessionOptions)}
     * @param states the tensors to keep; inputs not among them are fed at each run
     * @param options as for {@link #open(byte[], SessionOptions)}; {@link SessionOptions#slots()} is ignored, since
     *     state allows one run at a time
     * @throws io.edgeai.core.error.RuntimeUnavailableException where this engine keeps no state
     * @throws io.edgeai.core.error.InvalidInputException where a state is no FLOAT input or output of those dimensions
     */
    default StatefulSession openStateful(byte[] model, List<StateTensor> states, SessionOptions options) {
        throw new RuntimeUnavailableException("Engine (" + name() + ") cannot keep state (" + states
                + ") between runs. Maybe use onnxruntime, or feed the state at each run of an ordinary session.");
    }

    /**
     * Channels of a block in the layout [N, C/block, H, W, block] in which this engine convolves fastest on this
     * processor and that graphs can ask for; 0 where there is none. May try it out at the first call.
     */
    default int channelBlock() {
        return 0;
    }

    /**
     * Whether an engine is usable here.
     *
     * @param usable true where models can be opened
     * @param detail version where usable; otherwise the reason and, as a sentence beginning "Maybe", the dependency
     */
    record Availability(boolean usable, String detail) {}
}
