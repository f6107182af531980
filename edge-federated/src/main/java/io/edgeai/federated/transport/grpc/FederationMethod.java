package io.edgeai.federated.transport.grpc;

import io.edgeai.federated.transport.wire.Federation.ToCoordinator;
import io.edgeai.federated.transport.wire.Federation.ToParticipant;
import io.grpc.MethodDescriptor;

/** The one method of the protocol's service, as gRPC knows it. */
final class FederationMethod {
    static final String SERVICE = "edgeai.federation.v1.Federation";

    /** A chunk with its frame. */
    static final int MOST_MESSAGE_BYTES = (256 << 10) + (16 << 10);

    static final MethodDescriptor<ToCoordinator, ToParticipant> SESSION = MethodDescriptor.newBuilder(
                    new MessageMarshaller<>(ToCoordinator.parser()), new MessageMarshaller<>(ToParticipant.parser()))
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Session"))
            .build();

    private FederationMethod() {}
}
