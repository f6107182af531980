package io.edgeai.core.runtime.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.provider.ExecutionProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceNameTest {
    @ParameterizedTest
    @CsvSource({
        "cpu, cpu",
        "cuda, cuda:0",
        "cuda:device_id=1;gpu_mem_limit=2147483648, cuda:1",
        "tensorrt:device_id=3, tensorrt:3",
        "openvino, openvino:CPU",
        "openvino:device_type=GPU, openvino:GPU",
        "coreml, coreml",
        "xnnpack, xnnpack"
    })
    void aDeviceIsNamedByItsProviderAndNumber(String provider, String device) {
        SessionOptions options = SessionOptions.defaults().provider(ExecutionProvider.parse(provider));
        assertThat(OrtProviders.device(options)).isEqualTo(device);
    }
}
