package io.edgeai.formats.tflite;

import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TfliteModel;
import java.util.List;

/** Which signatures of a model leave something in variables for the next call. */
final class SharedVariables {
    private SharedVariables() {}

    static List<String> keepers(TfliteModel model) {
        return model.signatures().stream()
                .filter(signature -> model.subgraphs().get(signature.subgraph()).operators().stream()
                        .anyMatch(operator -> Builtin.ASSIGN_VARIABLE.is(operator.code())))
                .map(TfliteModel.Signature::key)
                .toList();
    }
}
