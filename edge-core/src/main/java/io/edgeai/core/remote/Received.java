package io.edgeai.core.remote;

import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A request as a server got it: a message, or why it is none. gRPC answers a request that cannot be read with
 * {@code UNKNOWN} and no reason; put off to here, the call's own handler says what is wrong. Immutable.
 */
final class Received<T> {
    private final @Nullable T message;
    private final @Nullable StatusRuntimeException refusal;

    private Received(@Nullable T message, @Nullable StatusRuntimeException refusal) {
        this.message = message;
        this.refusal = refusal;
    }

    /** @throws StatusRuntimeException where the bytes are no message, or cannot be unpacked */
    T message() {
        if (message == null) {
            throw refusal == null ? new IllegalStateException("neither message nor refusal") : refusal;
        }
        return message;
    }

    /** A method whose requests are read in its handler. */
    static <Q, A> MethodDescriptor<Received<Q>, A> by(MethodDescriptor<Q, A> method) {
        return method.toBuilder(new Reading<>(method.getRequestMarshaller()), method.getResponseMarshaller())
                .build();
    }

    private record Reading<T>(MethodDescriptor.Marshaller<T> marshaller)
            implements MethodDescriptor.Marshaller<Received<T>> {
        @Override
        public InputStream stream(Received<T> value) {
            return marshaller.stream(value.message());
        }

        @Override
        public Received<T> parse(InputStream stream) {
            try {
                return new Received<>(marshaller.parse(stream), null);
            } catch (StatusRuntimeException e) {
                return new Received<>(null, e);
            }
        }
    }
}
