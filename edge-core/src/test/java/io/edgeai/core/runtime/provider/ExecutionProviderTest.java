package io.edgeai.core.runtime.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExecutionProviderTest {
    private final InferenceRuntime engine = new OnnxRuntimeEngine();

    static List<ExecutionProvider> all() {
        return ExecutionProvider.all();
    }

    /** Names as ONNX Runtime's documentation has them. */
    @Test
    void settingsHaveTheNamesOfOnnxRuntime() {
        assertThat(CudaProvider.device(1)
                        .memoryLimit(2L << 30)
                        .tf32(false)
                        .searchConvolutions(false)
                        .options())
                .isEqualTo(Map.of(
                        "device_id", "1",
                        "gpu_mem_limit", "2147483648",
                        "arena_extend_strategy", "kSameAsRequested",
                        "use_tf32", "0",
                        "cudnn_conv_algo_search", "HEURISTIC"));
        assertThat(TensorRtProvider.device(0)
                        .half(true)
                        .bytes(true)
                        .cache(Path.of("engines"))
                        .workspaceBytes(1 << 20)
                        .options())
                .isEqualTo(Map.of(
                        "device_id", "0",
                        "trt_fp16_enable", "1",
                        "trt_int8_enable", "1",
                        "trt_engine_cache_enable", "1",
                        "trt_engine_cache_path", "engines",
                        "trt_timing_cache_enable", "1",
                        "trt_timing_cache_path", "engines",
                        "trt_max_workspace_size", "1048576"));
        assertThat(OpenVinoProvider.device("GPU.1").cache(Path.of("blobs")).options())
                .isEqualTo(Map.of("device_type", "GPU.1", "cache_dir", "blobs"));
        assertThat(CoreMlProvider.units(CoreMlProvider.Units.CPU_AND_NEURAL_ENGINE)
                        .program(true)
                        .cache(Path.of("mlc"))
                        .options())
                .isEqualTo(Map.of(
                        "MLComputeUnits", "CPUAndNeuralEngine",
                        "ModelFormat", "MLProgram",
                        "ModelCacheDirectory", "mlc"));
        assertThat(XnnpackProvider.threads(4).options()).isEqualTo(Map.of("intra_op_num_threads", "4"));
        assertThat(DirectMlProvider.device(0).options()).isEqualTo(Map.of("device_id", "0"));
    }

    @Test
    void aTextSaysNameAndSettings() {
        assertThat(ExecutionProvider.parse("cpu")).isEqualTo(new CpuProvider());
        assertThat(ExecutionProvider.parse("cuda:device_id=1;gpu_mem_limit=5"))
                .isEqualTo(new CudaProvider(Map.of("device_id", "1", "gpu_mem_limit", "5")));
        assertThat(ExecutionProvider.parse("openvino: device_type = AUTO:GPU,CPU "))
                .isEqualTo(new OpenVinoProvider(Map.of("device_type", "AUTO:GPU,CPU")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abacus", "CUDA", "cuda:", "cuda:device_id", "cuda:=1", "cuda:device_id=", "cpu:a=b"})
    void whatIsNoProviderIsRefused(String text) {
        assertThatThrownBy(() -> ExecutionProvider.parse(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe");
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyKindIsTriedAndSaysWhatIsMissing(ExecutionProvider provider) {
        InferenceRuntime.Availability availability = engine.availability(provider);

        if (!availability.usable()) {
            assertThat(provider).isNotEqualTo(new CpuProvider());
            assertThat(availability.detail()).contains("(" + provider.name() + ")", "Maybe");
            assertThatThrownBy(() -> engine.firstUsable(List.of(provider)))
                    .isInstanceOf(RuntimeUnavailableException.class)
                    .hasMessage(availability.detail());
        }
        assertThat(engine.firstUsable(List.of(provider, new CpuProvider())))
                .isEqualTo(availability.usable() ? provider : new CpuProvider());
    }

    @Test
    void withoutAnyNamedThereIsNoFirst() {
        assertThatThrownBy(() -> engine.firstUsable(List.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe cpu");
    }

    @Test
    void ofSeveralNotHereEachReasonIsGiven() {
        List<ExecutionProvider> absent = ExecutionProvider.all().stream()
                .filter(provider -> !engine.availability(provider).usable())
                .toList();

        assertThat(absent).isNotEmpty();
        assertThatThrownBy(() -> engine.firstUsable(absent))
                .satisfies(e ->
                        absent.forEach(provider -> assertThat(e).hasMessageContaining("(" + provider.name() + ")")));
    }

    @Test
    void anotherProviderTakesThePlaceOfTheFirstWithItsSettings() {
        SessionOptions options = SessionOptions.defaults()
                .engineOptions(Map.of("session.intra_op.allow_spinning", "0"))
                .provider(CudaProvider.device(3))
                .provider(OpenVinoProvider.device("NPU"));

        assertThat(options.engineOptions())
                .isEqualTo(Map.of(
                        "session.intra_op.allow_spinning", "0",
                        "execution_provider", "openvino",
                        "provider.device_type", "NPU"));
    }

    /** Regression: the processor was written down as a provider, which other engines refuse and no cache of models takes. */
    @Test
    void theProcessorIsNoEngineOption() {
        assertThat(SessionOptions.defaults().provider(new CpuProvider())).isEqualTo(SessionOptions.defaults());
        assertThat(SessionOptions.defaults().provider(CudaProvider.device(0)).provider(new CpuProvider()))
                .isEqualTo(SessionOptions.defaults());
    }

    @Test
    void textAndOptionsGiveTheProviderBack() {
        ExecutionProvider provider =
                TensorRtProvider.device(1).bytes(true).half(true).cache(Path.of("engines"));

        assertThat(ExecutionProvider.parse(provider.text())).isEqualTo(provider);
        assertThat(provider.text()).startsWith("tensorrt:device_id=1;trt_engine_cache_enable=1;");
        assertThat(SessionOptions.defaults().provider(provider).provider()).contains(provider);
        assertThat(new CpuProvider().text()).isEqualTo("cpu");
        assertThat(SessionOptions.defaults().provider()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"-1, 1048576, 1", "0, 1048575, 1", "0, 1048576, 0", "0, 1048576, 1025"})
    void settingsOutOfBoundsAreRefused(int device, long bytes, int threads) {
        assertThatThrownBy(() -> {
                    CudaProvider.device(device).memoryLimit(bytes);
                    TensorRtProvider.device(device).workspaceBytes(bytes);
                    XnnpackProvider.threads(threads);
                })
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("must be");
    }
}
