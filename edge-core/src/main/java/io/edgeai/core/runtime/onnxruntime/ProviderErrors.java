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
    private static final Pattern PLACES = Pattern.compile("(?s)^.*(\\[ONNXRuntimeError] : \\d+ : \\w+ : "
            + "|\\w+\\.(cc|h):\\d+ [^()\\n]*\\([^()\\n]*\\) |^Error code - \\w+ - message: )");
    /** The device is looked for and not only read: where it is missing, that is no wrong value. */
    private static final Pattern VALUE = Pattern.compile("Failed to parse provider option \"(?!device_id)([^\"]*)\"");

    private static final Pattern OPTION = Pattern.compile("Unknown provider option: \"([^\"]*)\"");

    /** What messages of a provider's failures hold. */
    private static final Map<String, Pattern> SPEAKS = Map.of(
            "cuda", Pattern.compile("CUDA|CUDNN|CUBLAS|BFCArena"),
            "tensorrt", Pattern.compile("TensorRT|CUDA|CUDNN|CUBLAS|BFCArena"),
            "openvino", Pattern.compile("OpenVINO|OpenVino|OVException"),
            "coreml", Pattern.compile("Core ?ML"),
            "xnnpack", Pattern.compile("XNNPACK|xnn_"),
            "directml", Pattern.compile("DirectML|DML|D3D12|DmlExecutionProvider"));

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
        Matcher value = VALUE.matcher(message);
        if (value.find()) {
            return new InvalidInputException(
                    "Execution provider (" + provider + ") does not take the value of option (" + value.group(1) + "): "
                            + reason(message) + ". Maybe see ONNX Runtime's list of its options.",
                    e);
        }
        if (!OrtEnvironment.getAvailableProviders().contains(BUILT_IN.get(provider))) {
            return new RuntimeUnavailableException(
                    "This ONNX Runtime has no execution provider (" + provider + "). Maybe use " + build(provider)
                            + ", or the CPU.",
                    e);
        }
        Matcher library = LIBRARY.matcher(message);
        String reason = library.find() ? "library (" + library.group(1) + ") is not here" : reason(message);
        return new RuntimeUnavailableException(
                "Execution provider (" + provider + ") cannot be used: " + reason + ". Maybe " + repair(provider)
                        + ", or use the CPU.",
                e);
    }

    /** Whether an execution provider failed, and not the model: what ONNX Runtime says of a model names none. */
    static boolean isOf(String provider, String what, OrtException e) {
        Pattern speaks = SPEAKS.get(provider);
        return speaks != null
                && (e.getCode() == OrtException.OrtErrorCode.ORT_EP_FAIL
                        || speaks.matcher(String.valueOf(e.getMessage()).replace(what, ""))
                                .find());
    }

    /** A provider is here but fails over a model or a device. */
    static EdgeException opening(String what, String provider, OrtException e) {
        return new RuntimeUnavailableException(
                "Execution provider (" + provider + ") cannot open the model (" + what + "): "
                        + reason(String.valueOf(e.getMessage()))
                        + ". Maybe another device or setting does, or the CPU; the provider's own log says more.",
                e);
    }

    /** Without the places in ONNX Runtime's sources, which come first and are long, and the period. */
    static String reason(String message) {
        Matcher places = PLACES.matcher(message);
        String reason = OrtErrors.brief(places.find() ? message.substring(places.end()) : message);
        return reason.endsWith(".") ? reason.substring(0, reason.length() - 1) : reason;
    }

    private static String build(String provider) {
        return switch (provider) {
            case "cuda", "tensorrt" ->
                "com.microsoft.onnxruntime:onnxruntime_gpu in the place of onnxruntime (of both, the first on the class"
                        + " path is taken) on a machine with an NVIDIA GPU";
            case "coreml" -> "a Mac";
            default -> "a build of ONNX Runtime with it: name the folder of its libraries by -Donnxruntime.native.path";
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
