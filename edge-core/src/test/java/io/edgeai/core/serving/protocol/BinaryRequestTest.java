package io.edgeai.core.serving.protocol;

import static io.edgeai.core.serving.protocol.Requests.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The binary tensor data extension, byte by byte. */
class BinaryRequestTest {
    @Test
    void inputsTakeTheirBytesInTheOrderOfTheJson() {
        InferRequest request = read(
                "{'inputs':[{'name':'a','shape':[2],'datatype':'UINT16','parameters':{'binary_data_size':4}},"
                        + "{'name':'b','shape':[1],'datatype':'INT32','data':[9]},"
                        + "{'name':'c','shape':[3],'datatype':'BOOL','parameters':{'binary_data_size':3}}]}",
                0x34,
                0x12,
                0xFF,
                0x00,
                1,
                0,
                1);

        ByteBuffer a = request.inputs().get("a").buffer();
        assertThat(a.getShort(0)).isEqualTo((short) 0x1234);
        assertThat(a.getShort(2)).isEqualTo((short) 255);
        assertThat(request.inputs().get("b").ints()).containsExactly(9);
        assertThat(request.inputs().get("c").bytes()).containsExactly(1, 0, 1);
    }

    @Test
    void aTextIsItsLengthInFourBytesAndItsUtf8() {
        InferRequest request = read(
                "{'inputs':[{'name':'x','shape':[2,1],'datatype':'BYTES','parameters':{'binary_data_size':10}}]}",
                2,
                0,
                0,
                0,
                0xC3,
                0xBC,
                0,
                0,
                0,
                0);

        Tensor texts = request.inputs().get("x");
        assertThat(texts.strings()).containsExactly("ü", "");
        ByteBuffer written = BinaryTensors.write(texts);
        assertThat(written.remaining()).isEqualTo(10);
        assertThat(written.get(4)).isEqualTo((byte) 0xC3);
    }

    @Test
    void anAnswerHoldsItsBinaryOutputsInOrderAfterTheJson() {
        InferRequest request = new InferRequest(
                Optional.of("7"),
                Parameters.NONE,
                Map.of(),
                List.of(new RequestedOutput("b", true, 0), new RequestedOutput("a", true, 0)),
                false);
        Map<String, Tensor> results = Map.of("a", Tensor.of(new int[] {1}, 1), "b", Tensor.of(new String[] {"hi"}, 1));

        ProtocolBody body = new InferResponseWriter().write(InferResponse.of(request, "m", Optional.of("3"), results));

        String json = "{\"model_name\":\"m\",\"model_version\":\"3\",\"id\":\"7\",\"outputs\":["
                + "{\"name\":\"b\",\"datatype\":\"BYTES\",\"shape\":[1],\"parameters\":{\"binary_data_size\":6}},"
                + "{\"name\":\"a\",\"datatype\":\"INT32\",\"shape\":[1],\"parameters\":{\"binary_data_size\":4}}]}";
        byte[] bytes = body.bytes();
        assertThat(new String(bytes, 0, body.jsonLength(), StandardCharsets.UTF_8))
                .isEqualTo(json);
        assertThat(Arrays.copyOfRange(bytes, body.jsonLength(), bytes.length))
                .containsExactly(2, 0, 0, 0, 'h', 'i', 1, 0, 0, 0);
    }

    @Test
    void onAMachineOfTheOtherByteOrderEveryNumberIsTurnedRound() {
        ByteBuffer values = ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});

        BinaryTensors.inNativeOrder(values, 4, ByteOrder.BIG_ENDIAN);

        assertThat(values.array()).containsExactly(4, 3, 2, 1, 8, 7, 6, 5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[2] | FP32  | 7          | 4 | bytes are left after the JSON",
                "[2] | FP32  | 4          | 4 | has (4) bytes of binary data, not 8",
                "[1] | FP32  | 4          | 5 | (1) bytes belong to no input",
                "[1] | FP32  | -4         | 4 | (binary_data_size) is (-4)",
                "[1] | BOOL  | 1          | 1 | Element 0 of input (x) is the byte (255)",
                "[1] | BYTES | 5          | 5 | longer than what is left",
                "[3] | BYTES | 8          | 8 | has only (8) bytes",
                "[0] | BYTES | 1          | 1 | bytes of binary data left",
                "[9223372036854775807] | FP64 | 8 | 8 | not those of 9223372036854775807 elements"
            })
    void sizesThatDoNotFitAreRefused(String shape, String type, String size, int bytes, String message) {
        int[] binary = new int[bytes];
        Arrays.fill(binary, 0xFF);
        String json = "{'inputs':[{'name':'x','shape':" + shape + ",'datatype':'" + type
                + "','parameters':{'binary_data_size':" + size + "}}]}";

        assertThatThrownBy(() -> read(json, binary))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message);
    }

    @Test
    void bytesThatAreNoUtf8AreRefused() {
        assertThatThrownBy(() -> read(
                        "{'inputs':[{'name':'x','shape':[1],'datatype':'BYTES','parameters':{'binary_data_size':5}}]}",
                        1,
                        0,
                        0,
                        0,
                        0xFF))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("is no UTF-8. Maybe send raw bytes as a UINT8 tensor.");
    }

    @Test
    void aBodyWithoutTheHeaderSaysWhatIsMissing() {
        byte[] json = Requests.utf8(
                "{'inputs':[{'name':'x','shape':[1],'datatype':'INT8','parameters':{'binary_data_size':1}}]}");
        byte[] body = Arrays.copyOf(json, json.length + 1);

        assertThatThrownBy(() -> InferRequestReader.ofDefaults().read(body))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Inference-Header-Content-Length");
    }
}
