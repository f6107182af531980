package io.edgeai.core.runtime.djl;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.runtime.adapter.EngineModel;
import io.edgeai.core.runtime.adapter.InputSpecs;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** One signature of a SavedModel. */
final class TensorFlowModel implements EngineModel {
    private final Model model;
    private final Block block;
    private final Signature signature;
    private final InputSpecs inputs;

    /** @param block over the model's graph, which the model closes */
    TensorFlowModel(Model model, Block block, Signature signature) {
        this.model = model;
        this.block = block;
        this.signature = signature;
        this.inputs = new InputSpecs(signature.inputs());
    }

    @Override
    public Signature signature() {
        return signature;
    }

    @Override
    public void check(Map<String, Tensor> named) {
        inputs.check(named);
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> named) {
        try (NDManager memory = model.getNDManager().newSubManager()) {
            NDList list = new NDList();
            for (String name : block.describeInput().keys()) {
                NDArray array = DjlTensors.toNative(memory, name, Objects.requireNonNull(named.get(name)));
                array.setName(name);
                list.add(array);
            }
            Map<String, Tensor> answers = new HashMap<>();
            for (NDArray answer : block.forward(new ParameterStore(memory, false), list, false)) {
                answers.put(answer.getName(), DjlTensors.copy(answer.getName(), answer));
            }
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            for (TensorSpec spec : signature.outputs()) {
                outputs.put(spec.name(), Objects.requireNonNull(answers.get(spec.name())));
            }
            return outputs;
        } catch (EdgeException e) {
            throw e;
        } catch (RuntimeException e) {
            boolean unfit =
                    e.getClass().getSimpleName().contains("InvalidArgument") || e instanceof IllegalArgumentException;
            throw unfit
                    ? new InvalidInputException(
                            "TensorFlow refuses the input: " + reason(e)
                                    + ". Maybe compare it with the model's signature().",
                            e)
                    : new InferenceException("TensorFlow failed while running the model: " + reason(e) + ".", e);
        }
    }

    @Override
    public float[] predict(float[] input, long[] shape) {
        Tensor answer = run(Map.of(signature.inputs().get(0).name(), Tensor.of(input, shape)))
                .get(signature.outputs().get(0).name());
        return Objects.requireNonNull(answer).floats();
    }

    static String reason(Exception e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        String line = message.lines().filter(one -> !one.isBlank()).findFirst().orElse("no reason given");
        return line.length() <= 400 ? line : line.substring(0, 400) + "…";
    }

    @Override
    public void close() {
        model.close();
    }
}
