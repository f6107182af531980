package io.edgeai.server;

import io.edgeai.core.serving.NamedAnswer;
import io.edgeai.core.serving.protocol.InferRequest;
import io.edgeai.core.serving.protocol.InferRequestReader;
import io.edgeai.core.serving.protocol.InferResponse;
import io.edgeai.core.serving.protocol.InferResponseWriter;
import io.edgeai.core.serving.protocol.ProtocolBody;
import io.edgeai.server.http.HttpResponse;
import io.edgeai.server.http.RequestHead;
import java.util.Locale;
import java.util.Optional;

/** Answers requests for inference. Thread-safe. */
final class InferenceHandler {
    private static final String JSON_LENGTH = "Inference-Header-Content-Length";

    private final ServedModels models;
    private final InferRequestReader reader = InferRequestReader.ofDefaults();
    private final InferResponseWriter writer = new InferResponseWriter();

    InferenceHandler(ServedModels models) {
        this.models = models;
    }

    HttpResponse infer(Route route, RequestHead head, byte[] body) {
        InferRequest request = reader.read(body, jsonLength(head, body.length));
        NamedAnswer given =
                models.predict(route, request.id().orElse(""), request.inputs(), request.parameters(), null);
        Optional<String> version = Optional.of(String.valueOf(given.version().number()));
        ProtocolBody answer = writer.write(InferResponse.of(request, route.model(), version, given.outputs()));
        if (!answer.hasBinary()) {
            return HttpResponse.json(200, answer.bytes());
        }
        return HttpResponse.of(200, "application/octet-stream", answer.bytes())
                .with(JSON_LENGTH, Integer.toString(answer.jsonLength()));
    }

    private static int jsonLength(RequestHead head, int whole) {
        String text = head.header(JSON_LENGTH.toLowerCase(Locale.ROOT))
                .map(String::strip)
                .orElse("");
        if (text.isEmpty()) {
            return whole;
        }
        if (!text.matches("[0-9]{1,9}")) {
            throw new Refusal(400, "Header " + JSON_LENGTH + " (" + text + ") must be a whole number of bytes.");
        }
        return Integer.parseInt(text);
    }
}
