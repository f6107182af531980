package io.edgeai.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.EdgeAI;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Binary tensors through a socket, built byte by byte from the text of the extension. */
class HttpBinaryTest {
    private static final String LENGTH = "Inference-Header-Content-Length";

    /** Two elements of each type, little-endian, by the layouts of the types themselves. */
    private static final Map<String, byte[]> ELEMENTS = elements();

    @TempDir
    private Path home;

    private EdgeAI edge;
    private Client client;

    @BeforeEach
    void start() {
        edge = EdgeAI.builder().home(home).build();
        TestModels.echo(edge, "echo");
        TestModels.times(edge, "double", 2, true);
        client = new Client(edge.server().start().uri());
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    private static Map<String, byte[]> elements() {
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        bytes.put("BOOL", bytes(1, 0));
        bytes.put("UINT8", bytes(200, 1));
        bytes.put("UINT16", bytes(0xFF, 0xFF, 0x00, 0x80)); // 65535, 32768
        bytes.put("UINT32", bytes(0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0x80));
        bytes.put("UINT64", bytes(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0x80));
        bytes.put("INT8", bytes(0x80, 1));
        bytes.put("INT16", bytes(0xFE, 0xFF, 0x00, 0x01)); // -2, 256
        bytes.put("INT32", bytes(0x01, 0x02, 0x03, 0x04, 0xFF, 0xFF, 0xFF, 0xFF));
        bytes.put("INT64", bytes(1, 2, 3, 4, 5, 6, 7, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF));
        bytes.put("FP16", bytes(0x00, 0x3C, 0x00, 0xC0)); // 1, -2
        bytes.put("BF16", bytes(0x80, 0x3F, 0x00, 0xC0));
        bytes.put("FP32", bytes(0x00, 0x00, 0x80, 0x3F, 0x00, 0x00, 0x00, 0xC0));
        bytes.put("FP64", bytes(0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0xC0));
        bytes.put("BYTES", bytes(2, 0, 0, 0, 'h', 'i', 2, 0, 0, 0, 0xC3, 0xBC));
        return bytes;
    }

    @Test
    void everyTypeGoesInAndComesOutAsTheSameBytes() {
        StringBuilder inputs = new StringBuilder();
        StringBuilder outputs = new StringBuilder();
        StringBuilder answer = new StringBuilder();
        ByteArrayOutputStream binary = new ByteArrayOutputStream();
        ELEMENTS.forEach((type, bytes) -> {
            String between = inputs.isEmpty() ? "" : ",";
            inputs.append(between)
                    .append("{\"name\":\"in-" + type + "\",\"shape\":[2],\"datatype\":\"" + type
                            + "\",\"parameters\":{\"binary_data_size\":" + bytes.length + "}}");
            outputs.append(between).append("{\"name\":\"out-" + type + "\"}");
            answer.append(between)
                    .append("{\"name\":\"out-" + type + "\",\"datatype\":\"" + type
                            + "\",\"shape\":[2],\"parameters\":{\"binary_data_size\":" + bytes.length + "}}");
            binary.writeBytes(bytes);
        });
        String request = "{\"parameters\":{\"binary_data_output\":true},\"inputs\":[" + inputs + "],\"outputs\":["
                + outputs + "]}";

        HttpResponse<byte[]> response = client.postBinary("/v2/models/echo/infer", request, binary.toByteArray());

        String json = "{\"model_name\":\"echo\",\"model_version\":\"1\",\"outputs\":[" + answer + "]}";
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/octet-stream");
        assertThat(response.headers().firstValueAsLong(LENGTH)).hasValue(json.length());
        assertThat(new String(response.body(), 0, json.length(), StandardCharsets.UTF_8))
                .isEqualTo(json);
        assertThat(Arrays.copyOfRange(response.body(), json.length(), response.body().length))
                .isEqualTo(binary.toByteArray());
    }

    @Test
    void jsonInAndBinaryOutForOneOutputOnly() {
        String request = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,-2]}],"
                + "\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":true}}]}";

        HttpResponse<byte[]> response =
                client.postBytes("/v2/models/double/infer", request.getBytes(StandardCharsets.UTF_8));

        long json = response.headers().firstValueAsLong(LENGTH).orElse(0);
        assertThat(Arrays.copyOfRange(response.body(), (int) json, response.body().length))
                .isEqualTo(bytes(0, 0, 0, 0x40, 0, 0, 0x80, 0xC0));
    }

    @Test
    void aHeaderThatIsNoLengthIsRefused() {
        byte[] body = TestModels.request(1, 2).getBytes(StandardCharsets.UTF_8);

        assertThat(client.postBytes("/v2/models/double/infer", body, LENGTH, "-1")
                        .statusCode())
                .isEqualTo(400);
        assertThat(client.postBytes("/v2/models/double/infer", body, LENGTH, "" + (body.length + 1))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void bothWaysMayBePacked() throws IOException {
        int rows = 400;
        String row = ",1.0,2.0".repeat(rows).substring(1);
        String request = "{\"inputs\":[{\"name\":\"x\",\"shape\":[" + rows + ",2],\"datatype\":\"FP32\",\"data\":["
                + row + "]}]}";
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(request.getBytes(StandardCharsets.UTF_8));
        }

        HttpResponse<byte[]> response = client.postBytes(
                "/v2/models/double/infer", packed.toByteArray(), "Content-Encoding", "gzip", "Accept-Encoding", "gzip");

        assertThat(response.headers().firstValue("Content-Encoding")).contains("gzip");
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
            assertThat(new String(gzip.readAllBytes(), StandardCharsets.UTF_8))
                    .endsWith("\"data\":[" + ",2.0,4.0".repeat(rows).substring(1) + "]}]}");
        }
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
