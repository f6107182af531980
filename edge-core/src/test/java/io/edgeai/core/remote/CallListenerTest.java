package io.edgeai.core.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.MessageLite;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.remote.wire.OpenInference.ModelInferRequest;
import io.edgeai.core.remote.wire.OpenInference.ModelInferResponse;
import io.edgeai.core.remote.wire.OpenInference.ServerLiveRequest;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import io.edgeai.core.testing.Ort;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who listens hears of each call once, whatever became of it. */
class CallListenerTest {
    private record Ended(String method, String code, long received, long sent) {}

    private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
    private InferenceSession session;
    private GrpcInferenceServer server;
    private ManagedChannel channel;

    @BeforeEach
    void start() {
        session = Ort.runtime().open(TinyModels.twoInTwoOut(), SessionOptions.defaults());
        server = GrpcInferenceServer.builder()
                .model("two", session)
                .maxMessageBytes(2048)
                .access("let me in"::equals)
                .calls((method, code, received, sent) -> ended.add(new Ended(method, code, received, sent)))
                .start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .intercept(MetadataUtils.newAttachHeadersInterceptor(password()))
                .build();
    }

    private static Metadata password() {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "let me in");
        return headers;
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.close();
        session.close();
    }

    private <Q extends MessageLite, A> A call(MethodDescriptor<Q, A> method, Q request) {
        return ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, request);
    }

    private <Q extends MessageLite> void refused(MethodDescriptor<Q, ?> method, Q request) {
        assertThatThrownBy(() -> call(method, request)).isInstanceOf(StatusRuntimeException.class);
    }

    /** Calls come one after the other, so that they end in order. */
    private Ended next() {
        await().atMost(Duration.ofMinutes(1)).until(() -> !ended.isEmpty());
        return ended.remove();
    }

    private static ModelInferRequest request(String model, int length) {
        Tensor tensor = Tensor.of(new float[length], length);
        return WireMessages.request(model, "", Map.of("a", tensor, "b", tensor));
    }

    @Test
    void anAnswerIsToldWithTheLengthsOfBothMessages() {
        ModelInferRequest request = request("two", 2);
        ModelInferResponse answer = call(InferenceMethods.MODEL_INFER, request);
        assertThat(next())
                .isEqualTo(new Ended("ModelInfer", "OK", request.getSerializedSize(), answer.getSerializedSize()));
    }

    @Test
    void whatWasRefusedIsToldByItsCodeWhoeverRefusedIt() {
        refused(InferenceMethods.MODEL_INFER, request("three", 2));
        assertThat(next()).extracting(Ended::method, Ended::code).containsExactly("ModelInfer", "NOT_FOUND");

        refused(InferenceMethods.MODEL_INFER, request("two", 1000));
        assertThat(next()).extracting(Ended::method, Ended::code).containsExactly("ModelInfer", "RESOURCE_EXHAUSTED");

        refused(
                InferenceMethods.SERVER_LIVE.toBuilder()
                        .setFullMethodName(InferenceMethods.SERVICE + "/Sing")
                        .build(),
                ServerLiveRequest.getDefaultInstance());
        assertThat(next()).extracting(Ended::method, Ended::code).containsExactly("Sing", "UNIMPLEMENTED");

        refused(
                InferenceMethods.SERVER_LIVE.toBuilder()
                        .setFullMethodName("other.Service/Sing")
                        .build(),
                ServerLiveRequest.getDefaultInstance());
        assertThat(next().method()).isEqualTo("other.Service/Sing");
    }

    @Test
    void aCallWithoutAPasswordIsToldToo() {
        ManagedChannel stranger = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .build();
        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(
                        stranger, InferenceMethods.MODEL_INFER, CallOptions.DEFAULT, request("two", 2)))
                .hasMessageContaining("UNAUTHENTICATED");
        stranger.shutdownNow();
        assertThat(next()).extracting(Ended::method, Ended::code).containsExactly("ModelInfer", "UNAUTHENTICATED");
    }
}
