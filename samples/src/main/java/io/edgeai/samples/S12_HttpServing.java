package io.edgeai.samples;

import io.edgeai.EdgeAI;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.samples.terminal.Terminal;
import io.edgeai.server.EdgeServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Serves a model over HTTP, and asks it as any program in any language would: by the Open Inference Protocol. */
public final class S12_HttpServing {
    private S12_HttpServing() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        run(Files.createTempDirectory("edgeai-s12"), Terminal.system());
    }

    /** @return the answer to a request for inference, as text */
    static String run(Path home, Terminal terminal) throws IOException, InterruptedException {
        String token = "for-this-run-only";
        try (EdgeAI edge =
                EdgeAI.builder().home(home).serving(s -> s.noDeadline()).build()) {
            ModelVersion version = edge.registry().register("digits", DrawnSet.onnx(32, 4), r -> {});
            edge.registry().promote(version.ref(), "first release");

            try (EdgeServer server =
                    edge.server().token(token).maxConcurrent(32).start()) {
                terminal.line("serving " + server.models());
                HttpClient client = HttpClient.newHttpClient();
                HttpRequest.Builder request = HttpRequest.newBuilder().header("Authorization", "Bearer " + token);

                terminal.line(client.send(
                                request.copy()
                                        .uri(server.uri().resolve("/v2/models/digits"))
                                        .build(),
                                BodyHandlers.ofString())
                        .body());

                // Three classes with the highest scores, instead of the scores of all ten.
                String image = Arrays.toString(DrawnSet.images(1, 4)[0]);
                String input = edge.registry()
                        .get(version.ref())
                        .signature()
                        .inputs()
                        .get(0)
                        .name();
                String output = edge.registry()
                        .get(version.ref())
                        .signature()
                        .outputs()
                        .get(0)
                        .name();
                HttpResponse<String> answer = client.send(
                        request.copy()
                                .uri(server.uri().resolve("/v2/models/digits/infer"))
                                .POST(BodyPublishers.ofString("{\"id\":\"1\",\"inputs\":[{\"name\":\"" + input
                                        + "\",\"shape\":[1,400],\"datatype\":\"FP32\",\"data\":" + image
                                        + "}],\"outputs\":[{\"name\":\"" + output
                                        + "\",\"parameters\":{\"classification\":3}}]}"))
                                .build(),
                        BodyHandlers.ofString());
                terminal.line(answer.body());

                // For Prometheus and its like.
                client.send(request.copy().uri(server.uri().resolve("/metrics")).build(), BodyHandlers.ofLines())
                        .body()
                        .filter(line -> line.startsWith("edgeai_inferences_total"))
                        .forEach(terminal::line);
                return answer.body();
            }
        }
    }
}
