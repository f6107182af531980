package io.edgeai.samples;

import io.edgeai.EdgeAI;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Answers requests with one version, then with two at once, one of which gets every tenth user. */
public final class S04_Serving {
    private S04_Serving() {}

    public static void main(String[] args) throws IOException {
        run(Files.createTempDirectory("edgeai-s04"), Terminal.system());
    }

    /** @return how many of 200 pictures were read rightly */
    static int run(Path home, Terminal terminal) {
        float[][] images = DrawnSet.images(200, 4);
        int[] labels = DrawnSet.labels(200, 4);
        try (EdgeAI edge =
                EdgeAI.builder().home(home).serving(s -> s.noDeadline()).build()) {
            ModelVersion first = edge.registry().register("digits", DrawnSet.onnx(32, 4), r -> {});
            ModelVersion second = edge.registry().register("digits", DrawnSet.onnx(48, 4), r -> {});
            edge.registry().promote(first.ref(), "first release");

            // Without a split the active version answers, and a promotion or rollback changes it while requests run.
            int right = 0;
            try (ModelEndpoint endpoint = edge.serve("digits")) {
                for (int i = 0; i < images.length; i++) {
                    right += DrawnSet.largest(endpoint.predict(images[i])) == labels[i] ? 1 : 0;
                }
                terminal.line(right + " of " + images.length + " read rightly by " + endpoint.answered());

                edge.registry().promote(second.ref(), "wider network");
                endpoint.predict(images[0]);
                terminal.line("after the promotion: " + endpoint.answered());
            }

            // With a split, the same user always meets the same version.
            try (ModelEndpoint endpoint =
                    edge.serve("digits", s -> s.split(first, 90).split(second, 10))) {
                for (int user = 0; user < 1000; user++) {
                    endpoint.predict("user-" + user, images[user % images.length]);
                }
                terminal.line("split 90 to 10: " + endpoint.answered());

                // Requests need not wait for each other.
                List<CompletableFuture<float[]>> later = new ArrayList<>();
                for (float[] image : images) {
                    later.add(endpoint.predictAsync(image));
                }
                later.forEach(CompletableFuture::join);
                terminal.line(later.size() + " asynchronous answers");
            }
            return right;
        }
    }
}
