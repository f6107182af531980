package io.edgeai.formats.tflite;

import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import io.edgeai.formats.tflite.file.TfliteModel;
import io.edgeai.formats.tflite.file.TfliteOperator;
import io.edgeai.formats.tflite.file.TfliteTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a classifier of images says of its answers, under the names that {@code io.edgeai.core.vision.VisionMetadata} reads:
 * the attached names of classes where they are as many as the classes, what its bytes stand for, and that its scores are
 * probabilities already. Stateless.
 */
final class ClassifierMetadata {
    private static final String PREFIX = "vision.";

    private ClassifierMetadata() {}

    /** Empty for a model that does not take one image and give one row of scores. */
    static Map<String, String> of(TfliteModel model, TfliteModel.Subgraph main) {
        if (main.inputs().length != 1 || main.outputs().length != 1) {
            return Map.of();
        }
        TfliteTensor input = main.tensors().get(main.inputs()[0]);
        TfliteTensor output = main.tensors().get(main.outputs()[0]);
        if (input.rank() != 4 || input.dims()[3] != 3 || output.rank() < 2) {
            return Map.of();
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        labels(model, output.dims()[output.rank() - 1], metadata);
        boolean bytes = output.type() == TensorType.UINT8 || output.type() == TensorType.INT8;
        if (bytes && output.quantized() && !output.quantization().perChannel()) {
            metadata.put(
                    PREFIX + "output_scale",
                    Float.toString(output.quantization().scales()[0]));
            metadata.put(
                    PREFIX + "output_zero_point",
                    Long.toString(output.quantization().zeroPoints()[0]));
        }
        if (ofProbabilities(main, output.index())) {
            metadata.put(PREFIX + "activation", "none");
        }
        return metadata;
    }

    private static void labels(TfliteModel model, long classes, Map<String, String> metadata) {
        List<String> files = model.files().entrySet().stream()
                .filter(file -> file.getKey().toLowerCase(Locale.ROOT).contains("label")
                        && file.getValue().lines().count() == classes)
                .map(Map.Entry::getValue)
                .toList();
        if (files.size() == 1) {
            metadata.put(
                    PREFIX + "labels", String.join("\n", files.get(0).lines().toList()));
        }
    }

    /** Whether the output is a softmax or sigmoid, perhaps quantized or reshaped. */
    private static boolean ofProbabilities(TfliteModel.Subgraph main, int output) {
        int wanted = output;
        for (int i = main.operators().size() - 1; i >= 0; i--) {
            TfliteOperator operator = main.operators().get(i);
            if (operator.outputs().length == 1 && operator.outputs()[0] == wanted) {
                if (Builtin.SOFTMAX.is(operator.code()) || Builtin.LOGISTIC.is(operator.code())) {
                    return true;
                }
                if (!Builtin.QUANTIZE.is(operator.code()) && !Builtin.RESHAPE.is(operator.code())) {
                    return false;
                }
                wanted = operator.inputs()[0];
            }
        }
        return false;
    }
}
