package io.edgeai.core.runtime.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RuntimeUnavailableException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is said where an execution provider cannot be used: which library or device is missing, and how it is had. */
final class ProviderErrors {
    private static final Map<String, OrtProvider> BUILT_IN = Map.of(
            "cuda", OrtProvider.CUDA,
            "tensorrt", OrtProvider.TENSOR_RT,
            "openvino", OrtProvider.OPEN_VINO,
            "coreml", OrtProvider.CORE_ML,
            "xnnpack", OrtProvider.XNNPACK,
            "directml", OrtProvider.DIRECT_ML);
    private static final Pattern LIBRARY = Pattern.compile("with error: ([^:\\s]+): cannot open shared object file");
    private static final Pattern OPTION = Pattern.compile("Unknown provider option: \"([^\"]*)\"");

    private ProviderErrors() {}

    static EdgeException of(String provider, Throwable e) {
        String message = String.valueOf(e.getMessage());
        Matcher option = OPTION.matcher(message);
        if (option.find()) {
            return new InvalidInputException(
                    "Execution provider (" + provider + ") knows no option (" + option.group(1)
                            + "). Maybe see ONNX Runtime's list of its options.",
                    e);
        }
        if (!OrtEnvironment.getAvailableProviders().contains(BUILT_IN.get(provider))) {
            return new RuntimeUnavailableException(
                    "This ONNX Runtime has no execution provider (" + provider + "). Maybe use " + build(provider)
                            + ", or the CPU.",
                    e);
        }
        Matcher library = LIBRARY.matcher(message);
        String reason = library.find() ? "library (" + library.group(1) + ") is not here" : OrtErrors.brief(message);
        return new RuntimeUnavailableException(
                "Execution provider (" + provider + ") cannot be used: " + reason + ". Maybe " + repair(provider)
                        + ", or use the CPU.",
                e);
    }

    private static String build(String provider) {
        return switch (provider) {
            case "cuda", "tensorrt" ->
                "com.microsoft.onnxruntime:onnxruntime_gpu in the place of onnxruntime, on a machine with an NVIDIA GPU;"
                        + " with both on the class path the first is taken";
            case "coreml" -> "a Mac";
            default ->
                "a build of ONNX Runtime with it: name the folder of its libraries by -Donnxruntime.native.path";
        };
    }

    private static String repair(String provider) {
        return switch (provider) {
            case "cuda" -> "install NVIDIA's driver, CUDA 12 and cuDNN 9, or name their folders in LD_LIBRARY_PATH";
            case "tensorrt" ->
                "install NVIDIA's driver, CUDA 12, cuDNN 9 and TensorRT 10, or name their folders in LD_LIBRARY_PATH";
            default -> "see that its device and driver are here";
        };
    }
}
