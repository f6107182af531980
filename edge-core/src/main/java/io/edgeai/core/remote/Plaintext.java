package io.edgeai.core.remote;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RemoteUnavailableException;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Where data may travel unencrypted without anybody having asked for it: nowhere but inside this machine. Stateless. */
final class Plaintext {
    private Plaintext() {}

    /** @throws InvalidInputException where a host is another machine, or all interfaces of this one */
    static void requireLoopback(String host) {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (!address.isLoopbackAddress()) {
                    throw new InvalidInputException(
                            "Host (" + host + ") is not this machine alone, and data would travel"
                                    + " unencrypted. Maybe give tls(…), or allowPlaintext() on a network you trust.");
                }
            }
        } catch (UnknownHostException e) {
            throw new RemoteUnavailableException(
                    "Host (" + host + ") has no address. Maybe correct its name, or start the network.", e);
        }
    }
}
