package io.edgeai.core.serving.protocol;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Signature;
import java.util.List;

/**
 * What the protocol tells of a model.
 *
 * @param name the model's name
 * @param versions those that can be asked for by number
 * @param platform {@code project_format}, see {@link #platform(ModelFormat)}
 * @param signature inputs and outputs; dimensions of no fixed size are written as -1
 */
public record ModelMetadata(String name, List<String> versions, String platform, Signature signature) {
    public ModelMetadata {
        versions = List.copyOf(versions);
    }

    /** The protocol's platform of a format; formats it has no name for are named in its manner. */
    public static String platform(ModelFormat format) {
        return switch (format) {
            case ONNX -> "onnx_onnxv1";
            case TENSORFLOW -> "tensorflow_savedmodel";
            case PYTORCH -> "pytorch_torchscript";
            case TENSORRT -> "tensorrt_plan";
            case OPENVINO -> "openvino_ir";
            case TFLITE -> "tensorflow_lite";
            case COREML -> "coreml_mlmodel";
            case SCIKIT_LEARN -> "sklearn_joblib";
            case XGBOOST -> "xgboost_json";
            case HUGGINGFACE -> "huggingface_safetensors";
        };
    }
}
