package io.edgeai.core.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.MessageLite;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.remote.wire.OpenInference.InferTensorContents;
import io.edgeai.core.remote.wire.OpenInference.ModelInferRequest;
import io.edgeai.core.remote.wire.OpenInference.ModelInferResponse;
import io.edgeai.core.remote.wire.OpenInference.ModelMetadataRequest;
import io.edgeai.core.remote.wire.OpenInference.ModelReadyRequest;
import io.edgeai.core.remote.wire.OpenInference.ServerLiveRequest;
import io.edgeai.core.remote.wire.OpenInference.ServerMetadataRequest;
import io.edgeai.core.remote.wire.OpenInference.ServerReadyRequest;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import io.edgeai.core.testing.Ort;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The protocol's methods as a client of any make calls them. */
class InferenceServiceTest {
    private static InferenceSession session;
    private static GrpcInferenceServer server;
    private static ManagedChannel channel;

    @BeforeAll
    static void start() {
        session = Ort.runtime().open(TinyModels.twoInTwoOut(), SessionOptions.defaults());
        server = GrpcInferenceServer.builder()
                .name("site 7")
                .model("two", session)
                .start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .build();
    }

    @AfterAll
    static void stop() {
        channel.shutdownNow();
        server.close();
        session.close();
    }

    private static <Q extends MessageLite, A extends MessageLite> A call(MethodDescriptor<Q, A> method, Q request) {
        return ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, request);
    }

    private static ModelInferRequest.Builder request() {
        return WireMessages.request(
                "two", "", Map.of("a", Tensor.of(new float[] {2, 3}, 2), "b", Tensor.of(new float[] {5, 7}, 2)))
                .toBuilder();
    }

    @Test
    void theServerIsLiveReadyAndHasAName() {
        assertThat(call(InferenceMethods.SERVER_LIVE, ServerLiveRequest.getDefaultInstance())
                        .getLive())
                .isTrue();
        assertThat(call(InferenceMethods.SERVER_READY, ServerReadyRequest.getDefaultInstance())
                        .getReady())
                .isTrue();
        assertThat(call(InferenceMethods.SERVER_METADATA, ServerMetadataRequest.getDefaultInstance())
                        .getName())
                .isEqualTo("site 7");
    }

    @Test
    void modelsAreReadyOrNotThere() {
        ModelReadyRequest.Builder ready = ModelReadyRequest.newBuilder();
        assertThat(call(InferenceMethods.MODEL_READY, ready.setName("two").build())
                        .getReady())
                .isTrue();
        assertThat(call(InferenceMethods.MODEL_READY, ready.setName("three").build())
                        .getReady())
                .isFalse();
        assertThatThrownBy(() -> call(
                        InferenceMethods.MODEL_METADATA,
                        ModelMetadataRequest.newBuilder().setName("three").build()))
                .hasMessageContaining("NOT_FOUND");
    }

    @Test
    void answersCarryTheRequestsIdAndOnlyTheOutputsAskedFor() {
        ModelInferResponse all =
                call(InferenceMethods.MODEL_INFER, request().setId("q1").build());
        assertThat(all.getId()).isEqualTo("q1");
        assertThat(WireMessages.outputs(all).get("sum").floats()).containsExactly(7, 10);

        ModelInferRequest one = request()
                .addOutputs(ModelInferRequest.InferRequestedOutputTensor.newBuilder()
                        .setName("product"))
                .build();
        Map<String, Tensor> outputs = WireMessages.outputs(call(InferenceMethods.MODEL_INFER, one));
        assertThat(outputs).containsOnlyKeys("product");
        assertThat(outputs.get("product").floats()).containsExactly(10, 21);
    }

    @Test
    void typedContentsAreReadToo() {
        ModelInferRequest.Builder request = request().clearRawInputContents();
        for (ModelInferRequest.InferInputTensor.Builder input : request.getInputsBuilderList()) {
            input.setContents(
                    InferTensorContents.newBuilder().addFp32Contents(4).addFp32Contents(6));
        }
        Map<String, Tensor> outputs = WireMessages.outputs(call(InferenceMethods.MODEL_INFER, request.build()));
        assertThat(outputs.get("product").floats()).containsExactly(16, 36);
    }

    @Test
    void whatIsWrongWithARequestIsSaid() {
        assertThatThrownBy(() -> call(
                        InferenceMethods.MODEL_INFER,
                        request()
                                .addOutputs(ModelInferRequest.InferRequestedOutputTensor.newBuilder()
                                        .setName("difference"))
                                .build()))
                .hasMessageContaining("INVALID_ARGUMENT")
                .hasMessageContaining("no output (difference)");
        assertThatThrownBy(() -> call(
                        InferenceMethods.MODEL_INFER,
                        request().clearInputs().clearRawInputContents().build()))
                .hasMessageContaining("INVALID_ARGUMENT")
                .hasMessageContaining("is missing");
        ModelInferRequest.Builder odd = request();
        odd.getInputsBuilder(0).setDatatype("FP7");
        assertThatThrownBy(() -> call(InferenceMethods.MODEL_INFER, odd.build()))
                .hasMessageContaining("(FP7)");
    }
}
