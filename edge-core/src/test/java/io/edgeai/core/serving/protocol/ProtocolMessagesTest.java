package io.edgeai.core.serving.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Messages of the server, character by character. */
class ProtocolMessagesTest {
    private final ProtocolJson json = new ProtocolJson();

    @Test
    void healthAndErrors() {
        assertThat(text(json.live(true))).isEqualTo("{\"live\":true}");
        assertThat(text(json.ready(false))).isEqualTo("{\"ready\":false,\"live\":true}");
        assertThat(text(json.modelReady("m", true))).isEqualTo("{\"name\":\"m\",\"ready\":true}");
        assertThat(text(json.error("no \"x\"\n\ud800"))).isEqualTo("{\"error\":\"no \\\"x\\\"\\n?\"}");
    }

    @Test
    void metadata() {
        Signature signature = new Signature(
                List.of(new TensorSpec("x", ElementType.FLOAT, List.of(Dim.symbolic("N"), Dim.of(3)))),
                List.of(new TensorSpec("y", ElementType.STRING, List.of(Dim.UNKNOWN))));

        assertThat(text(json.server("edgeai", "1", List.of("binary_tensor_data"))))
                .isEqualTo("{\"name\":\"edgeai\",\"version\":\"1\",\"extensions\":[\"binary_tensor_data\"]}");
        assertThat(text(json.model(new ModelMetadata(
                        "m", List.of("1", "2"), ModelMetadata.platform(ModelFormat.ONNX), signature))))
                .isEqualTo("{\"name\":\"m\",\"versions\":[\"1\",\"2\"],\"platform\":\"onnx_onnxv1\","
                        + "\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,3]}],"
                        + "\"outputs\":[{\"name\":\"y\",\"datatype\":\"BYTES\",\"shape\":[-1]}]}");
    }

    @Test
    void everyPlatformIsAProjectAndAFormat() {
        for (ModelFormat format : ModelFormat.values()) {
            assertThat(ModelMetadata.platform(format)).matches("[a-z]+_[a-z0-9]+");
        }
    }

    @Test
    void theRepositorysIndex() {
        assertThat(text(json.index(
                        List.of(new IndexEntry("a", "1", true, ""), new IndexEntry("b", "2", false, "not loaded")))))
                .isEqualTo("[{\"name\":\"a\",\"version\":\"1\",\"state\":\"READY\",\"reason\":\"\"},"
                        + "{\"name\":\"b\",\"version\":\"2\",\"state\":\"UNAVAILABLE\",\"reason\":\"not loaded\"}]");
    }

    @Test
    void parametersOfTheRepositorysRequests() {
        assertThat(json.parameters(new byte[0], "parameters").values()).isEmpty();
        assertThat(json.parameters(Requests.utf8("{'ready':true}"), "").flag("ready", false))
                .isTrue();
        assertThat(json.parameters(Requests.utf8("{'x':[1],'parameters':{'version':2}}"), "parameters")
                        .values())
                .containsExactly(Map.entry("version", 2L));
        assertThatThrownBy(() -> json.parameters(Requests.utf8("{'parameters':"), "parameters"))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> json.parameters(Requests.utf8("[]"), "parameters"))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void anAnswerInJsonHasFlatDataInTheOrderAskedFor() {
        Map<String, Tensor> results = new LinkedHashMap<>();
        results.put("scores", Tensor.of(new float[] {1, 1.5f, Float.NaN, -1e10f}, 2, 2));
        results.put("label", Tensor.of(new String[] {"a\"b"}, 1));

        assertThat(answer("{'id':'42','inputs':[{'name':'x','shape':[0],'datatype':'FP32','data':[]}]}", results))
                .isEqualTo("{\"model_name\":\"m\",\"id\":\"42\",\"outputs\":["
                        + "{\"name\":\"scores\",\"datatype\":\"FP32\",\"shape\":[2,2],"
                        + "\"data\":[1.0,1.5,\"NaN\",-1.0E10]},"
                        + "{\"name\":\"label\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"a\\\"b\"]}]}");
        assertThat(answer(
                        "{'outputs':[{'name':'label'}],'inputs':[{'name':'x','shape':[0],'datatype':'FP32','data':[]}]}",
                        results))
                .isEqualTo("{\"model_name\":\"m\",\"outputs\":["
                        + "{\"name\":\"label\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"a\\\"b\"]}]}");
    }

    @Test
    void anOutputThatIsNotThereAndOneThatCannotBeSent() {
        String request = "{'outputs':[{'name':'z'}],'inputs':[{'name':'x','shape':[0],'datatype':'FP32','data':[]}]}";

        assertThatThrownBy(() -> answer(request, Map.of("y", Tensor.of(new int[0], 0))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no output (z). Maybe one of [y]?");
        assertThatThrownBy(() -> answer(request, Map.of("z", Tensor.allocate(ElementType.COMPLEX64, 1))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(COMPLEX64), which this protocol cannot carry");
    }

    private static String answer(String request, Map<String, Tensor> results) {
        InferResponse response = InferResponse.of(Requests.read(request), "m", Optional.empty(), results);
        return text(new InferResponseWriter().write(response).bytes());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
