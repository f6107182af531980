package io.edgeai.server;

import static io.edgeai.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.EdgeAI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpConcurrencyTest {
    private static final int CLIENTS = 64;

    @TempDir
    private Path home;

    private EdgeAI edge;
    private ExecutorService threads;

    @BeforeEach
    void start() {
        edge = EdgeAI.builder().home(home).build();
        TestModels.times(edge, "double", 2, true);
        threads = Executors.newFixedThreadPool(CLIENTS);
    }

    @AfterEach
    void stop() {
        edge.close();
        threads.shutdownNow();
    }

    @Test
    void manyClientsAtOnceGetEachItsOwnAnswer() {
        EdgeServer server = edge.server().maxConcurrent(CLIENTS).start();
        List<CompletableFuture<Integer>> clients = new ArrayList<>();
        for (int each = 0; each < CLIENTS; each++) {
            int number = each;
            clients.add(CompletableFuture.supplyAsync(() -> rightAnswers(server, number), threads));
        }

        int right = clients.stream().mapToInt(CompletableFuture::join).sum();

        assertThat(right).isEqualTo(CLIENTS * 20);
    }

    private static int rightAnswers(EdgeServer server, int number) {
        Client client = new Client(server.uri(), HttpClient.newHttpClient());
        int right = 0;
        for (int i = 0; i < 20; i++) {
            float value = 1000 * number + i;
            String body = client.post("/v2/models/double/infer", TestModels.request(value, -value))
                    .body();
            right += body.contains("\"data\":[" + 2 * value + "," + -2 * value + "]") ? 1 : 0;
        }
        return right;
    }

    /** Nobody may see anything but the right answer, or that the model is not there just now. */
    @Test
    void aModelMayBeUnloadedAndLoadedWhileOthersAskForIt() {
        EdgeServer server = edge.server().maxConcurrent(CLIENTS).start();
        Client client = new Client(server.uri());
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger right = new AtomicInteger();
        List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<Void>> asking = new ArrayList<>();
        for (int each = 0; each < 4; each++) {
            asking.add(CompletableFuture.runAsync(
                    () -> {
                        while (!stop.get()) {
                            HttpResponse<String> answer =
                                    client.post("/v2/models/double/infer", TestModels.request(1, 2));
                            if (answer.statusCode() == 200 && answer.body().contains("\"data\":[2.0,4.0]")) {
                                right.incrementAndGet();
                            } else if (answer.statusCode() != 503) {
                                wrong.add(answer.statusCode() + " " + answer.body());
                            }
                        }
                    },
                    threads));
        }

        for (int round = 0; round < 20; round++) {
            int before = right.get();
            patiently().until(() -> right.get() > before);
            assertThat(client.post("/v2/repository/models/double/unload", "").statusCode())
                    .isEqualTo(200);
            assertThat(client.post("/v2/repository/models/double/load", "").statusCode())
                    .isEqualTo(200);
        }
        stop.set(true);
        asking.forEach(CompletableFuture::join);

        assertThat(wrong).isEmpty();
        assertThat(right.get()).isGreaterThanOrEqualTo(20);
    }
}
