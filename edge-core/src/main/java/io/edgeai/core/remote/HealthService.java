package io.edgeai.core.remote;

import io.edgeai.core.remote.wire.Health.HealthCheckRequest;
import io.edgeai.core.remote.wire.Health.HealthCheckResponse;
import io.edgeai.core.remote.wire.Health.HealthCheckResponse.ServingStatus;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;

/**
 * gRPC's health checking protocol, by which Kubernetes and balancers probe: {@code Check} of the whole server, which is the
 * empty name, or of the inference service. It serves while the host is ready. There is no {@code Watch}. Thread-safe.
 */
final class HealthService {
    static final String SERVICE = "grpc.health.v1.Health";
    static final MethodDescriptor<HealthCheckRequest, HealthCheckResponse> CHECK = MethodDescriptor.newBuilder(
                    new MessageMarshaller<>(HealthCheckRequest.parser()),
                    new MessageMarshaller<>(HealthCheckResponse.parser()))
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Check"))
            .build();

    private final InferenceHost host;

    HealthService(InferenceHost host) {
        this.host = host;
    }

    ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder(SERVICE)
                .addMethod(Received.by(CHECK), ServerCalls.asyncUnaryCall(this::check))
                .build();
    }

    private void check(Received<HealthCheckRequest> request, StreamObserver<HealthCheckResponse> observer) {
        String asked;
        try {
            asked = request.message().getService();
        } catch (StatusRuntimeException e) {
            observer.onError(e);
            return;
        }
        if (!asked.isEmpty() && !asked.equals(InferenceMethods.SERVICE)) {
            observer.onError(Status.NOT_FOUND
                    .withDescription("There is no service (" + asked + "). Maybe ask for (" + InferenceMethods.SERVICE
                            + "), or for a model by ModelReady.")
                    .asRuntimeException());
            return;
        }
        observer.onNext(HealthCheckResponse.newBuilder()
                .setStatus(host.ready() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING)
                .build());
        observer.onCompleted();
    }
}
