package io.edgeai.server.jetty;

import static io.edgeai.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.edgeai.server.http.HttpListener;
import io.edgeai.server.http.HttpResponse;
import io.edgeai.server.http.HttpSettings;
import io.edgeai.server.http.RequestBody;
import io.edgeai.server.http.RequestHead;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a handler may count on, whatever library listens. */
class JettyListenerTest {
    private static final HttpSettings SETTINGS =
            new HttpSettings("127.0.0.1", 0, Optional.empty(), 4, Duration.ofMinutes(10));

    private static HttpListener listen(BiFunction<RequestHead, RequestBody, HttpResponse> answers) {
        return new JettyTransport().listen(SETTINGS, (head, body, answer) -> answer.accept(answers.apply(head, body)));
    }

    @Test
    void headersHaveLowerCaseNamesAndTheirFirstValue() throws IOException {
        List<RequestHead> seen = new CopyOnWriteArrayList<>();
        try (HttpListener listener = listen((head, body) -> {
            seen.add(head);
            return HttpResponse.json(200, new byte[0]);
        })) {
            ask(
                    listener,
                    "get /A%20b?c=d HTTP/1.1\r\nHost: h\r\nX-Twice: 1\r\nX-TWICE: 2\r\nX-Empty:\r\nConnection: close\r\n\r\n");
        }

        assertThat(seen).singleElement().satisfies(head -> {
            assertThat(head.method()).isEqualTo("GET");
            assertThat(head.path()).isEqualTo("/A%20b");
            assertThat(head.header("x-twice")).contains("1");
            assertThat(head.header("x-empty")).contains("");
            assertThat(head.header("x-missing")).isEmpty();
        });
    }

    @Test
    void anAnswerIsSentAsItIsAndThenSaysSo() throws IOException {
        AtomicInteger sent = new AtomicInteger();
        byte[] large = new byte[3_000_000];
        Arrays.fill(large, (byte) 'x');
        try (HttpListener listener = listen((head, body) ->
                HttpResponse.of(203, "text/x", large).with("X-More", "yes").whenSent(sent::incrementAndGet))) {
            String answer = ask(listener, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

            assertThat(answer)
                    .startsWith("HTTP/1.1 203 ")
                    .contains("Content-Type: text/x\r\n", "X-More: yes\r\n", "Content-Length: 3000000\r\n")
                    .doesNotContain("Server:");
            assertThat(answer.length() - answer.indexOf("\r\n\r\n") - 4).isEqualTo(large.length);
            patiently().until(() -> sent.get() == 1);
        }
    }

    /** A client that does not read holds no thread: all others are answered though there are more of it than threads. */
    @Test
    @Timeout(300) // well before idle connections would give threads back
    void clientsThatReadSlowlyHoldNoThread() throws IOException {
        byte[] large = new byte[20_000_000];
        try (HttpListener listener = listen(
                (head, body) -> HttpResponse.json(200, head.path().equals("/large") ? large : new byte[] {'k'}))) {
            Socket[] slow = new Socket[40];
            try {
                for (int i = 0; i < slow.length; i++) {
                    slow[i] = new Socket(InetAddress.getLoopbackAddress(), listener.port());
                    slow[i].getOutputStream()
                            .write("GET /large HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                }
                assertThat(ask(listener, "GET /small HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
                        .endsWith("\r\n\r\nk");
            } finally {
                for (Socket socket : slow) {
                    if (socket != null) {
                        socket.close();
                    }
                }
            }
        }
    }

    @Test
    void threadsAreDaemonsWithTheHousesNames() throws IOException {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        try (HttpListener listener = listen((head, body) -> {
            threads.add(Thread.currentThread());
            return HttpResponse.json(200, new byte[0]);
        })) {
            ask(listener, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        }

        assertThat(threads).singleElement().satisfies(thread -> {
            assertThat(thread.isDaemon()).isTrue();
            assertThat(thread.getName()).startsWith("edgeai-http");
        });
    }

    private static Set<Thread> alive() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("edgeai-http"))
                .collect(Collectors.toSet());
    }

    @Test
    void closingTwiceDoesNothingAndLeavesNoThread() {
        Set<Thread> others = alive();
        HttpListener listener = listen((head, body) -> HttpResponse.json(200, new byte[0]));
        listener.close();

        assertThatCode(listener::close).doesNotThrowAnyException();
        patiently().until(() -> others.containsAll(alive()));
    }

    /** Whatever strangers send, the next honest request is answered. */
    @Test
    void bytesAtRandomDoNotHarmIt() throws IOException {
        long first = 20261126;
        byte[] good =
                "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII);
        try (HttpListener listener = listen((head, body) -> HttpResponse.json(200, read(body.open())))) {
            for (long seed = first; seed < first + 200; seed++) {
                Random random = new Random(seed);
                byte[] bytes = good.clone();
                for (int i = 0; i <= random.nextInt(6); i++) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
                    socket.getOutputStream().write(bytes, 0, 1 + random.nextInt(bytes.length));
                }
            }

            assertThat(ask(listener, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"))
                    .as("first seed %d", first)
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("ok");
        }
    }

    private static byte[] read(InputStream in) {
        try (in) {
            return in.readAllBytes();
        } catch (IOException e) {
            return new byte[0];
        }
    }

    private static String ask(HttpListener listener, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port());
                InputStream in = socket.getInputStream()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
