package io.edgeai.placement.deploy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/** A process that listens at once, but is not ready before somebody asks for {@code /go}. */
public final class SlowService {
    private SlowService() {}

    public static void main(String[] arguments) throws IOException {
        AtomicBoolean ready = new AtomicBoolean();
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/go")) {
                ready.set(true);
            }
            byte[] answer = ("answer to " + path).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(ready.get() ? 200 : 503, answer.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(answer);
            }
        });
        server.start();
    }
}
