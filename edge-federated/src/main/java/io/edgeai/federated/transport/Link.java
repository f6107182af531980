package io.edgeai.federated.transport;

import java.util.Iterator;

/**
 * The way to the other side. What is sent keeps its order; it is taken from the iterators only as fast as the other side
 * reads. Thread-safe; what is sent after the end goes nowhere.
 *
 * @param <M> messages of this direction
 */
public interface Link<M> {
    void send(Iterator<M> messages);

    /** Sends what was given before and ends the connection. */
    void end();
}
