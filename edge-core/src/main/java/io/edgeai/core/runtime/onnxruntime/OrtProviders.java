package io.edgeai.core.runtime.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtEpDevice;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.provider.ExecutionProvider;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Adds the execution provider that the engine option {@code execution_provider} names, with its own options {@code
 * provider.<name>}. OpenVINO takes more than {@code provider.device_type} only as a plug-in: built in, ONNX Runtime's Java
 * interface passes nothing else on. TensorRT hands nodes it does not take to CUDA,
 * then to the CPU; the others to the CPU.
 */
final class OrtProviders {
    /**
     * FLOAT at its full width, so that answers are the processor's to 1e-5 and not to 5e-3; and convolutions as cuDNN guesses,
     * which ran as fast as the best of all those tried (17 networks, batches of 1 and 32) and spares each new shape, as batches
     * bring, 30 ms to 3 s.
     */
    private static final Map<String, String> CUDA_DEFAULTS =
            Map.of("use_tf32", "0", "cudnn_conv_algo_search", "HEURISTIC");

    private OrtProviders() {}

    static boolean mine(String key) {
        return key.equals(SessionOptions.PROVIDER) || key.startsWith(SessionOptions.PROVIDER_OPTION);
    }

    /** The provider's name among engine options; {@code cpu} where there is none. */
    static String name(Map<String, String> options) {
        return options.getOrDefault(SessionOptions.PROVIDER, "cpu");
    }

    /** As of {@link io.edgeai.core.runtime.InferenceSession#device()}. */
    static String device(SessionOptions options) {
        Map<String, String> engine = options.engineOptions();
        String name = name(engine);
        return switch (name) {
            case "cuda", "tensorrt", "directml" ->
                name + ":" + engine.getOrDefault(SessionOptions.PROVIDER_OPTION + "device_id", "0");
            case "openvino" -> name + ":" + engine.getOrDefault(SessionOptions.PROVIDER_OPTION + "device_type", "CPU");
            default -> name;
        };
    }

    static void add(Map<String, String> options, OrtSession.SessionOptions ort) {
        String name = name(options);
        Map<String, String> own = new TreeMap<>();
        options.forEach((key, value) -> {
            if (key.startsWith(SessionOptions.PROVIDER_OPTION)) {
                own.put(key.substring(SessionOptions.PROVIDER_OPTION.length()), value);
            }
        });
        try {
            switch (name) {
                case "cpu" -> refuse(name, own);
                case "tensorrt" -> tensorRt(own, ort);
                case "cuda" -> cuda(own, ort);
                case "openvino" -> openVino(own, ort);
                case "coreml" -> ort.addCoreML(own);
                case "xnnpack" -> ort.addXnnpack(own);
                case "directml" -> directMl(own, ort);
                default ->
                    throw new InvalidInputException("Engine option (" + SessionOptions.PROVIDER + "=" + name
                            + ") is not known. Maybe one of " + ExecutionProvider.names() + "?");
            }
        } catch (OrtException e) {
            throw ProviderErrors.of(name, e);
        } catch (LinkageError e) {
            throw ProviderErrors.of(name, e);
        }
    }

    private static void tensorRt(Map<String, String> own, OrtSession.SessionOptions ort) throws OrtException {
        try (OrtTensorRTProviderOptions provider = new OrtTensorRTProviderOptions()) {
            for (Map.Entry<String, String> option : own.entrySet()) {
                provider.add(option.getKey(), option.getValue());
            }
            ort.addTensorrt(provider);
        }
        cuda(Map.of("device_id", Integer.toString(device(own))), ort);
    }

    private static void cuda(Map<String, String> own, OrtSession.SessionOptions ort) throws OrtException {
        try (OrtCUDAProviderOptions provider = new OrtCUDAProviderOptions()) {
            for (Map.Entry<String, String> option : CUDA_DEFAULTS.entrySet()) {
                provider.add(option.getKey(), option.getValue());
            }
            for (Map.Entry<String, String> option : own.entrySet()) {
                provider.add(option.getKey(), option.getValue());
            }
            ort.addCUDA(provider);
        }
    }

    /** A plug-in that was registered is told the device as such and takes the other options; the built-in call takes a device. */
    private static void openVino(Map<String, String> own, OrtSession.SessionOptions ort) throws OrtException {
        String device = own.getOrDefault("device_type", "CPU");
        own.remove("device_type");
        List<OrtEpDevice> plugged = OrtEnvironment.getEnvironment().getEpDevices().stream()
                .filter(one -> one.getEpName().contains("OpenVINO")
                        && one.getDevice().getType().name().equals(device))
                .limit(1)
                .toList();
        if (!plugged.isEmpty()) {
            ort.addExecutionProvider(plugged, own);
            return;
        }
        if (OrtEnvironment.getAvailableProviders().contains(OrtProvider.OPEN_VINO)) {
            refuse("openvino", own);
        }
        ort.addOpenVINO(device);
    }

    /** DirectML plans memory itself and runs nodes in order. */
    private static void directMl(Map<String, String> own, OrtSession.SessionOptions ort) throws OrtException {
        int device = device(own);
        own.remove("device_id");
        refuse("directml", own);
        ort.setMemoryPatternOptimization(false);
        ort.addDirectML(device);
    }

    private static int device(Map<String, String> own) {
        String device = own.getOrDefault("device_id", "0");
        try {
            return Integer.parseInt(device);
        } catch (NumberFormatException e) {
            throw new InvalidInputException("device_id (" + device + ") is no number. Maybe 0, the first.", e);
        }
    }

    private static void refuse(String name, Map<String, String> left) {
        if (!left.isEmpty()) {
            throw new InvalidInputException("Execution provider (" + name + ") takes no option " + left.keySet()
                    + " through ONNX Runtime's Java interface. Maybe leave it out.");
        }
    }
}
