package io.edgeai.core.serving.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Requests as bytes. JSON is written with single quotes here, for the reader's sake. */
final class Requests {
    private Requests() {}

    static byte[] utf8(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    static InferRequest read(String json) {
        return InferRequestReader.ofDefaults().read(utf8(json));
    }

    /** A request of one input {@code x}. */
    static String input(String members) {
        return "{'inputs':[{'name':'x'," + members + "}]}";
    }

    static InferRequest read(String json, int... binary) {
        byte[] text = utf8(json);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(text);
        for (int each : binary) {
            body.write(each);
        }
        return InferRequestReader.ofDefaults().read(body.toByteArray(), text.length);
    }
}
