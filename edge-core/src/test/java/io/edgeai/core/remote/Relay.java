package io.edgeai.core.remote;

import io.edgeai.core.concurrent.EdgeThreads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A port that stays the test's own while servers behind it come and go; it ends connections while it has none to pass them to. */
final class Relay implements AutoCloseable {
    private static final int NOBODY = 0;

    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool(EdgeThreads.named("relay"));
    private volatile int server = NOBODY;

    Relay() throws IOException {
        threads.execute(this::letIn);
    }

    int port() {
        return door.getLocalPort();
    }

    void toNobody() {
        server = NOBODY;
    }

    void to(int port) {
        server = port;
    }

    private void letIn() {
        while (!door.isClosed()) {
            try {
                passOn(door.accept(), server);
            } catch (IOException e) {
                // The relay was closed, or the caller hears that nobody is there.
            }
        }
    }

    private void passOn(Socket caller, int port) throws IOException {
        if (port == NOBODY) {
            caller.close();
            return;
        }
        try {
            Socket callee = new Socket(door.getInetAddress(), port);
            threads.execute(() -> copy(caller, callee));
            threads.execute(() -> copy(callee, caller));
        } catch (IOException e) {
            caller.close();
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // Either end has gone, and the other goes with it.
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        threads.shutdownNow();
    }
}
