package io.edgeai.core.runtime.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrtOptionsTest {
    private final OnnxRuntimeEngine engine = new OnnxRuntimeEngine();

    private InferenceSession open(Map<String, String> options) {
        return engine.open(
                TinyModels.affine(2), SessionOptions.defaults().slots(1).engineOptions(options));
    }

    @ParameterizedTest
    @CsvSource({
        "execution_mode, parallel",
        "execution_mode, sequential",
        "inter_op_num_threads, 2",
        "graph_optimization_level, disable",
        "graph_optimization_level, basic",
        "graph_optimization_level, extended",
        "graph_optimization_level, layout",
        "graph_optimization_level, all",
        "enable_cpu_mem_arena, 1",
        "enable_mem_pattern, 0",
        "execution_provider, cpu",
        "session.set_denormal_as_zero, 1",
        "session.intra_op.allow_spinning, 1"
    })
    void everyChoiceRunsWithTheSameAnswer(String key, String value) {
        try (InferenceSession session = open(Map.of(key, value))) {
            assertThat(session.predict(new float[] {1, 2, 3}, 0)).containsExactly(3, 5, 7);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "execution_mode, serial",
        "inter_op_num_threads, 0",
        "inter_op_num_threads, many",
        "graph_optimization_level, 99",
        "enable_cpu_mem_arena, yes",
        "enable_mem_pattern, 2",
        "execution_provider, abacus",
        "provider.device_type, CPU"
    })
    void whatItDoesNotKnowIsNamed(String key, String value) {
        assertThatThrownBy(() -> open(Map.of(key, value)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageMatching("(?s).*" + (key.startsWith("provider") ? "device_type" : value) + ".*");
    }

    @ParameterizedTest
    @CsvSource({"tensorrt, onnxruntime_gpu", "cuda, onnxruntime_gpu", "openvino, native.path"})
    void aProviderThatIsNotHereSaysWhatToAdd(String provider, String remedy) {
        assertThatThrownBy(() -> open(Map.of("execution_provider", provider)))
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageContaining("(" + provider + ")")
                .hasMessageContaining("Maybe")
                .hasMessageContaining(remedy);
    }

    @Test
    void theRewrittenModelIsKeptWhereAsked(@TempDir Path folder) {
        Path file = folder.resolve("kept.onnx");
        open(Map.of("optimized_model_filepath", file.toString())).close();

        assertThat(Files.isRegularFile(file)).isTrue();
        assertThat(OnnxReader.read(file).feeds()).hasSize(1);
    }
}
