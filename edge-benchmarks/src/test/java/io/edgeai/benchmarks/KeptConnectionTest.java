package io.edgeai.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The benchmark's client against a server of a few lines, whose bytes come in whatever pieces they like. */
class KeptConnectionTest {
    private static final byte[] REQUEST = KeptConnection.request("GET", "/x", "", new byte[0]);

    @Test
    void aRequestIsWhatHttpSaysItIs() {
        assertThat(new String(
                        KeptConnection.request("POST", "/p", "A: b\r\n", new byte[] {'h', 'i'}),
                        StandardCharsets.US_ASCII))
                .isEqualTo("POST /p HTTP/1.1\r\nHost: localhost\r\nA: b\r\nContent-Length: 2\r\n\r\nhi");
    }

    @Test
    void answersAreReadToTheirEndAndNoFurther() throws IOException {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> server = serve(
                    listening,
                    new String[] {"HTTP/1.1 200 OK\r\nX: y\r\nContent-", "Length: 5\r\n\r", "\nhel", "lo"},
                    new String[] {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
                    new String[] {"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"});
            try (KeptConnection connection = new KeptConnection(listening.getLocalPort())) {
                assertThat(connection.ask(REQUEST)).isEqualTo(5);
                assertThat(connection.ask(REQUEST)).isZero();
                assertThatThrownBy(() -> connection.ask(REQUEST))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("503");
                server.join();
                assertThatThrownBy(() -> connection.ask(REQUEST)).isInstanceOf(IOException.class);
            }
        }
    }

    /** Answers one request after another, each in pieces; then closes. */
    private static CompletableFuture<Void> serve(ServerSocket listening, String[]... answers) {
        return CompletableFuture.runAsync(() -> {
            try (Socket socket = listening.accept()) {
                socket.setTcpNoDelay(true);
                for (String[] answer : answers) {
                    assertThat(socket.getInputStream().readNBytes(REQUEST.length))
                            .isEqualTo(REQUEST);
                    for (String piece : answer) {
                        socket.getOutputStream().write(piece.getBytes(StandardCharsets.US_ASCII));
                        socket.getOutputStream().flush();
                    }
                }
                socket.shutdownOutput();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
