package io.edgeai.federated.transport.grpc;

import io.edgeai.federated.transport.Link;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;

/** Sends while gRPC is ready, and goes on when it is again: a side that does not read costs no memory. Thread-safe. */
final class GrpcLink<M> implements Link<M> {
    private final Outlet<M> outlet;
    private final Queue<Iterator<M>> queue = new ArrayDeque<>();
    private boolean ending;
    private boolean ended;

    /** One direction of a call. */
    interface Outlet<M> {
        boolean isReady();

        void send(M message);

        void end();
    }

    GrpcLink(Outlet<M> outlet) {
        this.outlet = outlet;
    }

    @Override
    public synchronized void send(Iterator<M> messages) {
        if (!ending) {
            queue.add(messages);
            pump();
        }
    }

    @Override
    public synchronized void end() {
        ending = true;
        pump();
    }

    /** Sends what there is and gRPC takes. */
    synchronized void pump() {
        while (!ended && !queue.isEmpty() && outlet.isReady()) {
            Iterator<M> first = queue.element();
            if (first.hasNext()) {
                outlet.send(first.next());
            } else {
                queue.remove();
            }
        }
        if (ending && !ended && queue.stream().noneMatch(Iterator::hasNext)) {
            ended = true;
            outlet.end();
        }
    }

    /** The call is over. */
    synchronized void broken() {
        ending = true;
        ended = true;
        queue.clear();
    }
}
