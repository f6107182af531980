package io.edgeai.core.runtime.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtEpDevice;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RuntimeUnavailableException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Adds the execution provider that the engine option {@code execution_provider} names (cpu, tensorrt, openvino, cuda) with
 * its own options {@code provider.<name>}. OpenVINO takes more than {@code provider.device_type} only as a
 * plug-in: built in, ONNX Runtime's Java interface passes nothing else on, and the other options have no effect. TensorRT hands nodes it does not take to CUDA, then to the CPU; OpenVINO to the CPU.
 */
final class OrtProviders {
    static final String NAME = "execution_provider";
    static final String OPTION = "provider.";

    private OrtProviders() {}

    static boolean mine(String key) {
        return key.equals(NAME) || key.startsWith(OPTION);
    }

    static void add(Map<String, String> options, OrtSession.SessionOptions ort) {
        String name = options.getOrDefault(NAME, "cpu");
        Map<String, String> own = new TreeMap<>();
        options.forEach((key, value) -> {
            if (key.startsWith(OPTION)) {
                own.put(key.substring(OPTION.length()), value);
            }
        });
        try {
            switch (name) {
                case "cpu" -> refuse(name, own);
                case "tensorrt" -> tensorRt(own, ort);
                case "cuda" -> cuda(own, ort);
                case "openvino" -> openVino(own, ort);
                default ->
                    throw new InvalidInputException("Engine option (" + NAME + "=" + name
                            + ") is not known. Maybe one of [cpu, cuda, openvino, tensorrt]?");
            }
        } catch (OrtException | LinkageError e) {
            throw new RuntimeUnavailableException(
                    "This ONNX Runtime has no execution provider (" + name + "): " + e.getMessage() + ". Maybe use "
                            + remedy(name) + ".",
                    e);
        }
    }

    private static void tensorRt(Map<String, String> own, OrtSession.SessionOptions ort) throws OrtException {
        try (OrtTensorRTProviderOptions provider = new OrtTensorRTProviderOptions()) {
            for (Map.Entry<String, String> option : own.entrySet()) {
                provider.add(option.getKey(), option.getValue());
            }
            ort.addTensorrt(provider);
        }
        ort.addCUDA();
    }

    private static void cuda(Map<String, String> own, OrtSession.SessionOptions ort) throws OrtException {
        try (OrtCUDAProviderOptions provider = new OrtCUDAProviderOptions()) {
            for (Map.Entry<String, String> option : own.entrySet()) {
                provider.add(option.getKey(), option.getValue());
            }
            ort.addCUDA(provider);
        }
    }

    /** The plain call takes a device only; with more options the provider must be registered as a plug-in. */
    private static void openVino(Map<String, String> own, OrtSession.SessionOptions ort) throws OrtException {
        List<OrtEpDevice> plugged = own.size() > 1 || !own.containsKey("device_type")
                ? OrtEnvironment.getEnvironment().getEpDevices().stream()
                        .filter(device -> device.getEpName().contains("OpenVINO"))
                        .toList()
                : List.of();
        if (plugged.isEmpty()) {
            ort.addOpenVINO(own.getOrDefault("device_type", "CPU"));
        } else {
            ort.addExecutionProvider(plugged, own);
        }
    }

    private static void refuse(String name, Map<String, String> left) {
        if (!left.isEmpty()) {
            throw new InvalidInputException("Execution provider (" + name + ") takes no option " + left.keySet()
                    + " through ONNX Runtime's Java interface. Maybe leave it out.");
        }
    }

    private static String remedy(String name) {
        return name.equals("openvino")
                ? "an ONNX Runtime build with OpenVINO (set onnxruntime.native.path to its libraries), or the CPU"
                        + " provider"
                : "com.microsoft.onnxruntime:onnxruntime_gpu instead of onnxruntime, on a machine with an NVIDIA GPU,"
                        + " CUDA and, for tensorrt, TensorRT";
    }
}
