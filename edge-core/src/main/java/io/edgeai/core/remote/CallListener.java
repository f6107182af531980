package io.edgeai.core.remote;

/**
 * Hears of every call that a server of gRPC ended, those it refused included. Called on the network's threads, so it must
 * return at once. Must be thread-safe.
 */
@FunctionalInterface
public interface CallListener {
    /**
     * A call ended.
     *
     * @param method as the protocol names it, e.g. {@code ModelInfer}; with its service before it where that is another one
     * @param code gRPC's name of how it ended, e.g. {@code OK} or {@code INVALID_ARGUMENT}
     * @param receivedBytes of messages, unpacked
     * @param sentBytes of messages, as sent
     */
    void ended(String method, String code, long receivedBytes, long sentBytes);
}
