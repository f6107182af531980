package io.edgeai.federated.simulation;

import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.training.LocalModel;
import io.edgeai.federated.training.OnnxClassifier;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The field {@code model}: a network as wide as the data ask for, or a file.
 *
 * @param hidden widths of the hidden layers
 * @param file an ONNX model, or null for a network of this library
 */
@SuppressWarnings("ArrayRecordComponent")
record ModelFields(int[] hidden, @Nullable Path file) {
    static ModelFields read(Fields fields, Path base) {
        if (!fields.has("model")) {
            return new ModelFields(new int[0], null);
        }
        Fields own = fields.object("model");
        String type = own.word("type", "softmax", "mlp", "onnx");
        ModelFields read = new ModelFields(
                type.equals("mlp") ? own.integers("hidden", 3, 1, 100_000) : new int[0],
                type.equals("onnx") ? own.path("file", base) : null);
        own.finish();
        return read;
    }

    /** The caller closes it where it can be closed. */
    LocalModel model(SimulationData data) {
        return file == null
                ? DenseNetwork.mlp(data.shape().features(), data.shape().classes(), hidden)
                : OnnxClassifier.of(OnnxReader.read(file));
    }

    /** Frees what a model keeps outside the heap. */
    static void close(LocalModel model) {
        if (model instanceof OnnxClassifier onnx) {
            onnx.close();
        }
    }
}
