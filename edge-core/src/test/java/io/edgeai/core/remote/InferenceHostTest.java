package io.edgeai.core.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.MessageLite;
import io.edgeai.core.error.OverloadedException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.remote.wire.OpenInference.ModelMetadataRequest;
import io.edgeai.core.remote.wire.OpenInference.ModelReadyRequest;
import io.edgeai.core.remote.wire.OpenInference.ServerLiveRequest;
import io.edgeai.core.remote.wire.OpenInference.ServerMetadataRequest;
import io.edgeai.core.remote.wire.OpenInference.ServerReadyRequest;
import io.edgeai.core.serving.protocol.ModelMetadata;
import io.edgeai.core.serving.protocol.Parameters;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server over a host of the test's own. */
class InferenceHostTest {
    /** Not ready, has one model of which version 4 answers, and is always busy. */
    private static final InferenceHost HOST = new InferenceHost() {
        @Override
        public String version() {
            return "9.1";
        }

        @Override
        public boolean ready() {
            return false;
        }

        @Override
        public boolean ready(String model, String version) {
            return model.equals("net") && (version.isEmpty() || version.equals("4"));
        }

        @Override
        public ModelMetadata metadata(String model, String version) {
            return new ModelMetadata(
                    model,
                    List.of("4", "5"),
                    "onnx_onnxv1",
                    new Signature(List.of(TensorSpec.of("x", ElementType.FLOAT, -1, 2)), List.of()));
        }

        @Override
        public Inferred infer(
                String model,
                String version,
                Map<String, Tensor> inputs,
                Parameters parameters,
                @Nullable Duration deadline) {
            throw new OverloadedException("busy");
        }
    };

    private final GrpcInferenceServer server =
            GrpcInferenceServer.builder().serving(HOST).start();
    private final ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
            .usePlaintext()
            .build();

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.close();
    }

    private <Q extends MessageLite, A extends MessageLite> A call(MethodDescriptor<Q, A> method, Q request) {
        return ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, request);
    }

    @Test
    void whatTheHostSaysOfItselfIsTold() {
        assertThat(call(InferenceMethods.SERVER_LIVE, ServerLiveRequest.getDefaultInstance())
                        .getLive())
                .isTrue();
        assertThat(call(InferenceMethods.SERVER_READY, ServerReadyRequest.getDefaultInstance())
                        .getReady())
                .isFalse();
        assertThat(call(InferenceMethods.SERVER_METADATA, ServerMetadataRequest.getDefaultInstance())
                        .getVersion())
                .isEqualTo("9.1");
    }

    @Test
    void versionsAreTheHosts() {
        ModelReadyRequest.Builder net = ModelReadyRequest.newBuilder().setName("net");
        assertThat(call(InferenceMethods.MODEL_READY, net.setVersion("4").build())
                        .getReady())
                .isTrue();
        assertThat(call(InferenceMethods.MODEL_READY, net.setVersion("5").build())
                        .getReady())
                .isFalse();
        var metadata = call(
                InferenceMethods.MODEL_METADATA,
                ModelMetadataRequest.newBuilder().setName("net").build());
        assertThat(metadata.getVersionsList()).containsExactly("4", "5");
        assertThat(metadata.getPlatform()).isEqualTo("onnx_onnxv1");
        assertThat(metadata.getInputs(0).getShapeList()).containsExactly(-1L, 2L);
    }

    @Test
    void whatTheHostThrowsBecomesAStatus() {
        var request = WireMessages.request("net", "", Map.of("x", Tensor.of(new float[] {1, 2}, 1, 2)));
        assertThatThrownBy(() -> call(InferenceMethods.MODEL_INFER, request)).hasMessage("RESOURCE_EXHAUSTED: busy");
    }
}
