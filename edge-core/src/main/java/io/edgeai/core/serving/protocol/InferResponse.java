package io.edgeai.core.serving.protocol;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An answer to a request.
 *
 * @param model the model's name
 * @param version which version answered; empty where that is not known
 * @param id what the request gave
 * @param outputs the tensors, in the order asked for
 */
public record InferResponse(String model, Optional<String> version, Optional<String> id, List<Output> outputs) {
    /**
     * One output.
     *
     * @param name its name in the model
     * @param tensor its values
     * @param binary whether they go as bytes after the JSON
     */
    public record Output(String name, Tensor tensor, boolean binary) {}

    public InferResponse {
        outputs = List.copyOf(outputs);
    }

    /**
     * What a request asked for, out of all that a model gave.
     *
     * @throws InvalidInputException where it asks for an output that the model does not have, or for classes of texts
     */
    public static InferResponse of(
            InferRequest request, String model, Optional<String> version, Map<String, Tensor> results) {
        List<Output> outputs = new ArrayList<>();
        if (request.outputs().isEmpty()) {
            results.forEach((name, tensor) -> outputs.add(new Output(name, tensor, request.binary())));
        }
        for (RequestedOutput wanted : request.outputs()) {
            Tensor tensor = results.get(wanted.name());
            if (tensor == null) {
                throw new InvalidInputException("The model has no output (" + Excerpt.of(wanted.name())
                        + "). Maybe one of " + results.keySet() + "?");
            }
            Tensor given =
                    wanted.classes() == 0 ? tensor : Classification.highest(wanted.name(), tensor, wanted.classes());
            outputs.add(new Output(wanted.name(), given, wanted.binary()));
        }
        return new InferResponse(model, version, request.id(), outputs);
    }
}
