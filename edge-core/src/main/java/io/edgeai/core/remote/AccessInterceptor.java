package io.edgeai.core.remote;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Set;
import java.util.function.Predicate;

/** Lets calls in by their {@code authorization} metadata; those that ask for the server's health need none. Thread-safe. */
final class AccessInterceptor implements ServerInterceptor {
    static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Set<String> OPEN = Set.of(
            InferenceMethods.SERVER_LIVE.getFullMethodName(),
            InferenceMethods.SERVER_READY.getFullMethodName(),
            HealthService.CHECK.getFullMethodName());

    private final Predicate<String> admits;

    AccessInterceptor(Predicate<String> admits) {
        this.admits = admits;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String given = headers.get(AUTHORIZATION);
        if (OPEN.contains(call.getMethodDescriptor().getFullMethodName()) || admits.test(given == null ? "" : given)) {
            return next.startCall(call, headers);
        }
        call.close(
                Status.UNAUTHENTICATED.withDescription(
                        "The call bears no valid token. Maybe send the metadata authorization: Bearer TOKEN."),
                new Metadata());
        return new ServerCall.Listener<>() {};
    }
}
