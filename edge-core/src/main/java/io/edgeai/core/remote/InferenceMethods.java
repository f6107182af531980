package io.edgeai.core.remote;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.edgeai.core.remote.wire.OpenInference.ModelInferRequest;
import io.edgeai.core.remote.wire.OpenInference.ModelInferResponse;
import io.edgeai.core.remote.wire.OpenInference.ModelMetadataRequest;
import io.edgeai.core.remote.wire.OpenInference.ModelMetadataResponse;
import io.edgeai.core.remote.wire.OpenInference.ModelReadyRequest;
import io.edgeai.core.remote.wire.OpenInference.ModelReadyResponse;
import io.edgeai.core.remote.wire.OpenInference.ServerLiveRequest;
import io.edgeai.core.remote.wire.OpenInference.ServerLiveResponse;
import io.edgeai.core.remote.wire.OpenInference.ServerMetadataRequest;
import io.edgeai.core.remote.wire.OpenInference.ServerMetadataResponse;
import io.edgeai.core.remote.wire.OpenInference.ServerReadyRequest;
import io.edgeai.core.remote.wire.OpenInference.ServerReadyResponse;
import io.grpc.MethodDescriptor;

/** The six methods of the protocol's service, as gRPC knows them. Immutable. */
final class InferenceMethods {
    static final String SERVICE = "inference.GRPCInferenceService";

    static final MethodDescriptor<ServerLiveRequest, ServerLiveResponse> SERVER_LIVE =
            unary("ServerLive", ServerLiveRequest.parser(), ServerLiveResponse.parser());
    static final MethodDescriptor<ServerReadyRequest, ServerReadyResponse> SERVER_READY =
            unary("ServerReady", ServerReadyRequest.parser(), ServerReadyResponse.parser());
    static final MethodDescriptor<ModelReadyRequest, ModelReadyResponse> MODEL_READY =
            unary("ModelReady", ModelReadyRequest.parser(), ModelReadyResponse.parser());
    static final MethodDescriptor<ServerMetadataRequest, ServerMetadataResponse> SERVER_METADATA =
            unary("ServerMetadata", ServerMetadataRequest.parser(), ServerMetadataResponse.parser());
    static final MethodDescriptor<ModelMetadataRequest, ModelMetadataResponse> MODEL_METADATA =
            unary("ModelMetadata", ModelMetadataRequest.parser(), ModelMetadataResponse.parser());
    static final MethodDescriptor<ModelInferRequest, ModelInferResponse> MODEL_INFER =
            unary("ModelInfer", ModelInferRequest.parser(), ModelInferResponse.parser());

    private InferenceMethods() {}

    private static <Q extends MessageLite, A extends MessageLite> MethodDescriptor<Q, A> unary(
            String name, Parser<Q> request, Parser<A> response) {
        return MethodDescriptor.newBuilder(new MessageMarshaller<>(request), new MessageMarshaller<>(response))
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
                .build();
    }
}
