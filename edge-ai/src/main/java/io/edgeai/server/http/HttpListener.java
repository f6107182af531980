package io.edgeai.server.http;

/** A listening socket with its threads. Closing ends connections at once; closing twice does nothing. */
public interface HttpListener extends AutoCloseable {
    /** The port it listens on. */
    int port();

    @Override
    void close();
}
