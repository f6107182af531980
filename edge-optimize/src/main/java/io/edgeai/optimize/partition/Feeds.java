package io.edgeai.optimize.partition;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import java.util.HashMap;
import java.util.Map;

/** What parts of a network take. Stateless. */
final class Feeds {
    private Feeds() {}

    /** What a part takes of the values known; a value that is missing is left to the engine to complain of. */
    static Map<String, Tensor> of(OnnxGraph part, Map<String, Tensor> known) {
        Map<String, Tensor> inputs = new HashMap<>();
        for (OnnxValue input : part.feeds()) {
            Tensor tensor = known.get(input.name());
            if (tensor != null) {
                inputs.put(input.name(), tensor);
            }
        }
        return inputs;
    }
}
