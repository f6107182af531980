package io.edgeai.core.runtime.djl;

import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.adapter.EngineModel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** One TorchScript module. */
final class TorchModel implements EngineModel {
    private final Model model;
    private final TorchParameters parameters;
    private volatile boolean started;

    TorchModel(Model model, TorchParameters parameters) {
        this.model = model;
        this.parameters = parameters;
    }

    @Override
    public Signature signature() {
        return Signature.UNKNOWN;
    }

    @Override
    public void check(Map<String, Tensor> inputs) {
        parameters.check(inputs);
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs) {
        return started ? forward(inputs) : first(inputs);
    }

    /** The first call switches the module from training to evaluation, which no second one may overtake. */
    private synchronized Map<String, Tensor> first(Map<String, Tensor> inputs) {
        try {
            return forward(inputs);
        } finally {
            started = true;
        }
    }

    private Map<String, Tensor> forward(Map<String, Tensor> inputs) {
        try (NDManager memory = model.getNDManager().newSubManager()) {
            NDList list = new NDList();
            for (String name : parameters.order(inputs)) {
                list.add(DjlTensors.toNative(memory, name, Objects.requireNonNull(inputs.get(name))));
            }
            NDList answers = model.getBlock().forward(new ParameterStore(memory, false), list, false);
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            for (NDArray answer : answers) {
                String named = answer.getName();
                String name = named == null ? "output_" + outputs.size() : named;
                outputs.put(name, DjlTensors.copy(name, answer));
            }
            return outputs;
        } catch (EngineException e) {
            String reason = reason(e);
            throw reason.contains("memory")
                    ? new InferenceException("PyTorch failed while running the model: " + reason + ".", e)
                    : new InvalidInputException(
                            "PyTorch cannot run the model on these inputs: " + reason
                                    + ". Maybe compare their types and shapes with those it was traced with.",
                            e);
        }
    }

    /** Never called: a signature that is not known has no float path. */
    @Override
    public float[] predict(float[] input, long[] shape) {
        throw new InvalidInputException("The shapes of a TorchScript model are not known. Maybe call run.");
    }

    /** Of a traceback the line that says what went wrong. */
    static String reason(Exception e) {
        String message = String.valueOf(e.getMessage());
        return message.lines()
                .filter(line -> line.startsWith("RuntimeError:"))
                .findFirst()
                .or(() -> message.lines().filter(line -> !line.isBlank()).findFirst())
                .orElse("no reason given")
                .replaceFirst("^RuntimeError: ", "");
    }

    @Override
    public void close() {
        model.close();
    }
}
