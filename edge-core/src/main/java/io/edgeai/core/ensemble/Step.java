package io.edgeai.core.ensemble;

import io.edgeai.core.error.InferenceException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.runtime.InferenceSession;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A session or a function, wired. Immutable once its graph is built. */
final class Step {
    private final String name;
    private final @Nullable InferenceSession session;
    private final TensorFunction function;
    private final Wiring wiring;
    private final Map<String, TensorSpec> inputSpecs = new HashMap<>();
    private final Map<String, TensorSpec> outputSpecs = new HashMap<>();

    private Step(String name, @Nullable InferenceSession session, TensorFunction function, Wiring wiring) {
        this.name = name;
        this.session = session;
        this.function = function;
        this.wiring = wiring;
    }

    static Step of(String name, TensorFunction function, Wiring wiring) {
        Step step = new Step(name, null, function, wiring);
        step.outputSpecs.putAll(wiring.specs());
        return step;
    }

    static Step of(String name, InferenceSession session, Wiring wiring) {
        Step step = new Step(name, session, inputs -> Map.of(), wiring);
        Signature signature = session.signature();
        signature.inputs().forEach(spec -> step.inputSpecs.put(spec.name(), spec));
        signature.outputs().forEach(spec -> step.outputSpecs.put(spec.name(), spec));
        if (!signature.equals(Signature.UNKNOWN)) {
            step.complete(signature);
        }
        return step;
    }

    private void complete(Signature signature) {
        wiring.inputs().keySet().stream()
                .filter(own -> !inputSpecs.containsKey(own))
                .forEach(own -> wiring.problems().add("it has no input (" + own + ") but " + signature.inputs()));
        wiring.outputs().keySet().stream()
                .filter(own -> !outputSpecs.containsKey(own))
                .forEach(own -> wiring.problems().add("it has no output (" + own + ") but " + signature.outputs()));
        signature.inputs().stream()
                .filter(spec -> !wiring.inputs().containsKey(spec.name()))
                .forEach(spec -> wiring.input(spec.name()));
        if (wiring.outputs().isEmpty()) {
            signature.outputs().forEach(spec -> wiring.output(spec.name()));
        }
    }

    String name() {
        return name;
    }

    @Nullable
    InferenceSession session() {
        return session;
    }

    List<String> problems() {
        return wiring.problems();
    }

    /** Tensors of the graph by this step's input. */
    Map<String, String> inputs() {
        return wiring.inputs();
    }

    /** Tensors of the graph by this step's output. */
    Map<String, String> outputs() {
        return wiring.outputs();
    }

    @Nullable
    TensorSpec inputSpec(String own) {
        return inputSpecs.get(own);
    }

    @Nullable
    TensorSpec outputSpec(String own) {
        return outputSpecs.get(own);
    }

    /** What this step makes of the tensors known, under the graph's names. */
    Map<String, Tensor> run(Map<String, Tensor> known, Deadline deadline) {
        Map<String, Tensor> own = new LinkedHashMap<>();
        inputs().forEach((input, tensor) -> {
            Tensor value = known.get(tensor);
            if (value != null) {
                own.put(input, value);
            }
        });
        Map<String, Tensor> answers = session == null ? function.apply(own) : session.run(own, deadline.remaining());
        Map<String, Tensor> named = new LinkedHashMap<>();
        outputs().forEach((output, tensor) -> {
            Tensor value = answers.get(output);
            if (value == null) {
                throw new InferenceException("Step (" + name + ") gave no output (" + output + ") but "
                        + answers.keySet() + ". Maybe correct its wiring.");
            }
            named.put(tensor, value);
        });
        return named;
    }
}
