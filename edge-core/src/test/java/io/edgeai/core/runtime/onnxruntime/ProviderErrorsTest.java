package io.edgeai.core.runtime.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.RuntimeUnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages as ONNX Runtime 1.29 gave them on a machine with an NVIDIA GPU, TensorRT and what was taken from them. */
class ProviderErrorsTest {
    private static final String SOURCES = "/onnxruntime_src/onnxruntime/core/";
    private static final String SMALL_ARENA = "Exception during initialization: " + SOURCES
            + "framework/bfc_arena.cc:376 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool,"
            + " onnxruntime::Stream*, bool, onnxruntime::WaitNotificationFn) Available memory of 0 is smaller than requested"
            + " bytes of 147456\n";
    private static final String DEVICE = SOURCES
            + "providers/cuda/cuda_execution_provider_info.cc:60 static onnxruntime::CUDAExecutionProviderInfo"
            + " onnxruntime::CUDAExecutionProviderInfo::FromProviderOptions(const onnxruntime::ProviderOptions&)"
            + " [ONNXRuntimeError] : 1 : FAIL : provider_options_utils.h:151 Parse Failed to parse provider option"
            + " \"device_id\": cuda_execution_provider_info.cc:67 operator() Invalid device ID: 99, must be between 0"
            + " (inclusive) and 1 (exclusive).\n";

    private static OrtException failure(String message) {
        return new OrtException(OrtException.OrtErrorCode.ORT_FAIL, message);
    }

    @ParameterizedTest
    @CsvSource({
        "cuda, Available memory of 0 is smaller than requested bytes of 147456",
        "tensorrt, TensorRT EP failed to create engine from network for fused node: T_0"
    })
    void aProviderThatFailsOverAModelIsNoFaultOfTheFile(String provider, String reason) {
        String message = provider.equals("cuda") ? SMALL_ARENA : reason;

        assertThat(OrtErrors.loading("net.onnx", provider, failure(message)))
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageStartingWith("Execution provider (" + provider + ") cannot open the model (net.onnx): "
                        + reason + ". Maybe");
    }

    @ParameterizedTest
    @CsvSource({"cuda", "tensorrt", "openvino", "coreml", "xnnpack", "directml", "cpu"})
    void aBrokenFileStaysAFaultOfTheFile(String provider) {
        assertThat(OrtErrors.loading("net.onnx", provider, failure("Protobuf parsing failed.")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("Maybe the file is damaged");
    }

    @Test
    void theEndOfALongMessageIsWhatIsSaid() {
        assertThat(ProviderErrors.reason("Error code - ORT_RUNTIME_EXCEPTION - message: " + DEVICE))
                .isEqualTo("Invalid device ID: 99, must be between 0 (inclusive) and 1 (exclusive)");
        assertThat(ProviderErrors.reason("Error code - ORT_EP_FAIL - message: Failed to find it"))
                .isEqualTo("Failed to find it");
        assertThat(ProviderErrors.reason("plain")).isEqualTo("plain");
    }

    @Test
    void aFolderThatIsCalledLikeAProviderIsNoFaultOfIt() {
        String path = "/models/CUDA/net.onnx";
        assertThat(OrtErrors.loading(
                        path, "cuda", failure("Load model from " + path + " failed:Protobuf parsing failed.")))
                .isInstanceOf(ModelFormatException.class);
    }

    @Test
    void aValueThatCannotBeReadIsNoMissingDriver() {
        assertThat(ProviderErrors.of("cuda", failure(DEVICE.replace("device_id", "gpu_mem_limit"))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(gpu_mem_limit)");
        assertThat(ProviderErrors.of("cuda", failure(DEVICE))).isInstanceOf(RuntimeUnavailableException.class);
    }

    @Test
    void anUnknownOptionIsNamed() {
        assertThat(ProviderErrors.of("cuda", failure("Unknown provider option: \"no_such_option\".")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(no_such_option)");
    }
}
