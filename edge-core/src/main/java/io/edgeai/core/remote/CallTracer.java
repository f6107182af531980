package io.edgeai.core.remote;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.concurrent.atomic.LongAdder;

/**
 * Follows one call from its headers to its end, where methods that are not there and messages that are too long are seen
 * as well, and tells a listener. Thread-safe.
 */
final class CallTracer extends ServerStreamTracer {
    private static final String OWN = InferenceMethods.SERVICE + "/";

    private final String method;
    private final CallListener listener;
    private final LongAdder received = new LongAdder();
    private final LongAdder sent = new LongAdder();

    private CallTracer(String method, CallListener listener) {
        this.method = method;
        this.listener = listener;
    }

    static ServerStreamTracer.Factory telling(CallListener listener) {
        return new ServerStreamTracer.Factory() {
            @Override
            public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
                String method =
                        fullMethodName.startsWith(OWN) ? fullMethodName.substring(OWN.length()) : fullMethodName;
                return new CallTracer(method, listener);
            }
        };
    }

    @Override
    public void inboundUncompressedSize(long bytes) {
        received.add(bytes);
    }

    @Override
    public void outboundWireSize(long bytes) {
        sent.add(bytes);
    }

    @Override
    public void streamClosed(Status status) {
        listener.ended(method, status.getCode().name(), received.sum(), sent.sum());
    }
}
