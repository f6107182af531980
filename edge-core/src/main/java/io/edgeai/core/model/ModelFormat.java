package io.edgeai.core.model;

/** The ten model formats the library knows. */
public enum ModelFormat {
    ONNX("ONNX", ".onnx"),
    TENSORFLOW("TensorFlow", ".pb"),
    PYTORCH("PyTorch", ".pt"),
    TENSORRT("TensorRT", ".plan"),
    OPENVINO("OpenVINO", ".xml"),
    TFLITE("TensorFlow Lite", ".tflite"),
    COREML("Core ML", ".mlmodel"),
    SCIKIT_LEARN("scikit-learn", ".joblib"),
    XGBOOST("XGBoost", ".json"),
    HUGGINGFACE("Hugging Face", ".safetensors");

    private final String displayName;
    private final String extension;

    ModelFormat(String displayName, String extension) {
        this.displayName = displayName;
        this.extension = extension;
    }

    /** The name its makers write. */
    public String displayName() {
        return displayName;
    }

    /** The usual file extension with its dot; detection never relies on it. */
    public String extension() {
        return extension;
    }
}
