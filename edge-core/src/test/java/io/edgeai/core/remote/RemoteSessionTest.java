package io.edgeai.core.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Ample;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.error.RemoteUnavailableException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import io.edgeai.core.testing.GraphBuilder;
import io.edgeai.core.testing.Ort;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A session asked over loopback, held to the session that answers. */
@Timeout(600)
class RemoteSessionTest {
    private static InferenceSession open(byte[] model) {
        return Ort.runtime().open(model, SessionOptions.defaults());
    }

    private static GrpcInferenceServer serving(InferenceSession session) {
        return GrpcInferenceServer.builder().model("m", session).start();
    }

    private static RemoteSession asking(GrpcInferenceServer server) {
        return at(server.port()).open();
    }

    private static RemoteSession.Builder at(int port) {
        return RemoteSession.builder().port(port).model("m").connectWithin(Ample.TIME);
    }

    @Test
    void answersAndSignatureAreTheSessionsOwn() {
        Random random = new Random(4);
        try (InferenceSession local = Ort.open(GraphBuilder.residualNet(13, 6));
                GrpcInferenceServer server = serving(local);
                RemoteSession remote = asking(server)) {
            assertThat(remote.signature().inputs())
                    .map(spec -> spec.name() + spec.type() + spec.shape().size())
                    .containsExactly("xFLOAT4");
            for (int rows = 0; rows < 5; rows++) {
                Map<String, Tensor> input = Map.of("x", Ort.tensor(random, rows, 3, 8, 8));
                Tensor expected = local.run(input).get("y");
                Tensor actual = remote.run(input, Ample.TIME).get("y");
                assertThat(actual.shape()).isEqualTo(expected.shape());
                assertThat(actual.bytes()).as("%d rows, seed 4", rows).isEqualTo(expected.bytes());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ElementType.class,
            names = {"FLOAT", "DOUBLE", "INT8", "UINT8", "INT16", "INT32", "INT64", "BOOL", "FLOAT16", "STRING"})
    void tensorsOfEveryTypeTravel(ElementType type) {
        Tensor tensor = type == ElementType.STRING
                ? Tensor.of(new String[] {"größer", "", "😀"}, 3)
                : Tensor.ofBytes(type, new byte[24], 24L * 8 / type.bits());
        try (InferenceSession local = open(TinyModels.identity(type));
                GrpcInferenceServer server = serving(local);
                RemoteSession remote = asking(server)) {
            Tensor back = remote.run(Map.of("x", tensor)).get("y");
            assertThat(back.type()).isEqualTo(type);
            if (type == ElementType.STRING) {
                assertThat(back.strings()).isEqualTo(tensor.strings());
            } else {
                assertThat(back.bytes()).isEqualTo(tensor.bytes());
            }
        }
    }

    @Test
    void manyThreadsAskOverOneConnection() {
        try (InferenceSession local = open(TinyModels.affine(2));
                GrpcInferenceServer server = serving(local);
                RemoteSession remote = asking(server)) {
            assertThat(IntStream.range(0, 500).parallel().mapToObj(i -> remote.predict(new float[] {i, 0, -i}, 0)))
                    .hasSize(500)
                    .allSatisfy(answer -> assertThat(answer[0] - 1).isEqualTo(1 - answer[2]));
        }
    }

    @Test
    void aDeadlineStopsTheModelOnTheOtherSide() {
        try (InferenceSession local = open(TinyModels.countTo());
                GrpcInferenceServer server = GrpcInferenceServer.builder()
                        .model("m", local)
                        .threads(1)
                        .start();
                RemoteSession remote = asking(server)) {
            Map<String, Tensor> forever = Map.of("n", Tensor.of(new long[] {Long.MAX_VALUE}));
            assertThatThrownBy(() -> remote.run(forever, Duration.ofMillis(150)))
                    .isInstanceOf(InferenceTimeoutException.class);
            Map<String, Tensor> few = Map.of("n", Tensor.of(new long[] {9}));
            assertThat(remote.run(few, Ample.TIME).get("count").floats())
                    .as("the server's one thread is free again")
                    .containsExactly(9);
        }
    }

    /** A model that answers once the latch is down. */
    private record Held(InferenceSession session, CountDownLatch latch) implements InferenceSession {
        @Override
        public Signature signature() {
            return session.signature();
        }

        @Override
        public Map<String, Tensor> run(Map<String, Tensor> inputs, @Nullable Duration deadline) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return session.run(inputs, deadline);
        }

        @Override
        public float[] predict(float[] input, long deadlineNanos) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            session.close();
        }
    }

    /** As many callers as threads, each back with its next request at once: a thread is free, though it may not have gone idle. */
    @Test
    void whileAThreadIsFreeNothingIsOverload() {
        try (InferenceSession local = open(TinyModels.affine(2));
                GrpcInferenceServer server = GrpcInferenceServer.builder()
                        .model("m", local)
                        .threads(4)
                        .maxQueue(0)
                        .start();
                RemoteSession remote = asking(server)) {
            Map<String, Tensor> input = Map.of("x", Tensor.of(new float[3], 1, 3));
            List<CompletableFuture<Void>> callers = new ArrayList<>();
            for (int caller = 0; caller < 4; caller++) {
                callers.add(CompletableFuture.runAsync(
                        () -> {
                            for (int i = 0; i < 500; i++) {
                                remote.run(input);
                            }
                        },
                        task -> new Thread(task).start()));
            }
            callers.forEach(CompletableFuture::join);
        }
    }

    /** One runs, one waits, and the other six are told at once. */
    @Test
    void whatDoesNotFitTheQueueIsOverload() throws Exception {
        CountDownLatch latch = new CountDownLatch(1);
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try (InferenceSession local = open(TinyModels.affine(2));
                GrpcInferenceServer server = GrpcInferenceServer.builder()
                        .model("m", new Held(local, latch))
                        .threads(1)
                        .maxQueue(1)
                        .start();
                RemoteSession remote = asking(server)) {
            Map<String, Tensor> input = Map.of("x", Tensor.of(new float[3], 1, 3));
            List<CompletableFuture<Map<String, Tensor>>> calls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                calls.add(CompletableFuture.supplyAsync(() -> remote.run(input), callers));
            }
            Ample.await()
                    .until(() ->
                            calls.stream().filter(CompletableFuture::isDone).count() == 6);
            latch.countDown();
            List<String> ends = new ArrayList<>();
            for (CompletableFuture<Map<String, Tensor>> call : calls) {
                ends.add(call.handle((answer, failure) -> failure == null
                                ? "answered"
                                : failure.getCause().getClass().getSimpleName())
                        .get(5, TimeUnit.MINUTES));
            }
            assertThat(ends)
                    .containsOnly("answered", "OverloadedException")
                    .filteredOn("answered"::equals)
                    .hasSize(2);
        } finally {
            latch.countDown();
            callers.shutdownNow();
        }
    }

    @Test
    void errorsOfTheOtherSideAreOurs() {
        InferenceSession local = open(TinyModels.affine(2));
        try (GrpcInferenceServer server = GrpcInferenceServer.builder()
                .models((model, version) -> version.equals("1") ? local : null)
                .start()) {
            RemoteSession.Builder other = at(server.port()).version("2");
            assertThatThrownBy(other::open)
                    .isInstanceOf(ModelNotFoundException.class)
                    .hasMessageContaining("No model (m, version 2)");
            try (RemoteSession remote = other.version("1").open()) {
                local.close();
                assertThatThrownBy(() -> remote.predict(new float[3], 0))
                        .isInstanceOf(RemoteUnavailableException.class)
                        .hasMessageContaining("UNAVAILABLE");
            }
        }
    }

    @Test
    void messagesOverTheLimitAreRefusedByWhoeverSeesThem() {
        float[] large = new float[3 * 1000];
        try (InferenceSession local = open(TinyModels.affine(2));
                GrpcInferenceServer small = GrpcInferenceServer.builder()
                        .model("m", local)
                        .maxMessageBytes(2048)
                        .start();
                RemoteSession generous = asking(small);
                RemoteSession strict = at(small.port()).maxMessageBytes(4096).open()) {
            assertThatThrownBy(() -> strict.predict(large, 0))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("over the 4096 allowed");
            assertThatThrownBy(() -> generous.predict(large, 0))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("maxMessageBytes");
            assertThat(generous.predict(new float[3], 0)).containsExactly(1, 1, 1);
        }
    }

    @Test
    void aServerThatComesBackIsAskedAgain() throws IOException {
        try (InferenceSession local = open(TinyModels.affine(2));
                Relay relay = new Relay()) {
            GrpcInferenceServer first = serving(local);
            relay.to(first.port());
            try (RemoteSession remote = at(relay.port()).open()) {
                relay.toNobody();
                first.close();
                assertThatThrownBy(() -> remote.predict(new float[3], 0))
                        .isInstanceOfSatisfying(RemoteUnavailableException.class, e -> assertThat(e.retriable())
                                .isTrue());
                try (GrpcInferenceServer second = serving(local)) {
                    relay.to(second.port());
                    Ample.await().ignoreExceptions().until(() -> remote.predict(new float[3], 0)[0] == 1);
                }
            }
        }
    }

    @Test
    void nobodyThereIsSaidInTime() {
        RemoteSession.Builder nobody =
                RemoteSession.builder().port(1).model("m").connectWithin(Duration.ofMillis(300));
        assertThatThrownBy(nobody::open)
                .isInstanceOf(RemoteUnavailableException.class)
                .hasMessageContaining("127.0.0.1:1")
                .hasMessageContaining("PT0.3S");
    }

    @Test
    void aClosedSessionAnswersNoMore() {
        try (InferenceSession local = open(TinyModels.affine(2));
                GrpcInferenceServer server = serving(local)) {
            RemoteSession remote = asking(server);
            remote.close();
            remote.close();
            assertThatThrownBy(() -> remote.predict(new float[3], 0)).isInstanceOf(LifecycleException.class);
            assertThat(local.predict(new float[3], 0))
                    .as("the server's session stays open")
                    .hasSize(3);
        }
    }
}
