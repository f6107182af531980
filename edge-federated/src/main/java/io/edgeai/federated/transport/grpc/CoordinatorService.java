package io.edgeai.federated.transport.grpc;

import io.edgeai.core.error.EdgeException;
import io.edgeai.federated.transport.Enrolment;
import io.edgeai.federated.transport.RemotePopulation;
import io.edgeai.federated.transport.wire.Federation.ToCoordinator;
import io.edgeai.federated.transport.wire.Federation.ToParticipant;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Makes sessions of calls, and messages of what comes. Thread-safe. */
final class CoordinatorService implements ServerCallHandler<ToCoordinator, ToParticipant> {
    private final RemotePopulation population;

    CoordinatorService(RemotePopulation population) {
        this.population = population;
    }

    ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder(FederationMethod.SERVICE)
                .addMethod(FederationMethod.SESSION, this)
                .build();
    }

    @Override
    public ServerCall.Listener<ToCoordinator> startCall(
            ServerCall<ToCoordinator, ToParticipant> call, Metadata headers) {
        call.sendHeaders(new Metadata());
        GrpcLink<ToParticipant> link = new GrpcLink<>(new Outlet(call));
        RemotePopulation.Session session = population.open(link, identity(call));
        call.request(1);
        return new ServerCall.Listener<>() {
            @Override
            public void onMessage(ToCoordinator message) {
                try {
                    session.receive(message);
                } catch (EdgeException e) {
                    session.refuse(String.valueOf(e.getMessage()));
                    session.closed();
                }
                call.request(1);
            }

            @Override
            public void onReady() {
                link.pump();
            }

            @Override
            public void onHalfClose() {
                session.left();
                link.end();
            }

            @Override
            public void onCancel() {
                link.broken();
                session.closed();
            }
        };
    }

    private record Outlet(ServerCall<ToCoordinator, ToParticipant> call) implements GrpcLink.Outlet<ToParticipant> {
        @Override
        public boolean isReady() {
            return call.isReady();
        }

        @Override
        public void send(ToParticipant message) {
            call.sendMessage(message);
        }

        @Override
        public void end() {
            if (!call.isCancelled()) {
                call.close(Status.OK, new Metadata());
            }
        }
    }

    private static Enrolment.Identity identity(ServerCall<?, ?> call) {
        SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session == null) {
            return Enrolment.Identity.NONE;
        }
        try {
            return Enrolment.Identity.of(session.getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException e) {
            return Enrolment.Identity.NONE;
        } catch (CertificateException e) {
            throw Status.UNAUTHENTICATED
                    .withDescription("The certificate cannot be read")
                    .withCause(e)
                    .asRuntimeException();
        }
    }
}
