package io.edgeai.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One HTTP/1.1 connection over loopback that asks again and again: the cheapest client there can be. Not thread-safe. */
final class KeptConnection implements Closeable {
    private static final String LENGTH = "content-length: ";

    private final Socket socket;
    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];

    KeptConnection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
    }

    /** A request as bytes, body and all. */
    static byte[] request(String method, String path, String headers, byte[] body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes((method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "Content-Length: "
                        + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }

    /** Sends a request and reads the answer, of at most 64 KiB, to its end; gives the length of its body. */
    int ask(byte[] request) throws IOException {
        socket.getOutputStream().write(request);
        int length = 0;
        int end = 0;
        while (end == 0) {
            length += more(length);
            end = endOfHead(length);
        }
        String head = new String(buffer, 0, end, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
        if (!head.startsWith("http/1.1 200")) {
            throw new IOException(head);
        }
        int at = head.indexOf(LENGTH) + LENGTH.length();
        int body = Integer.parseInt(head, at, head.indexOf('\r', at), 10);
        while (length < end + body) {
            length += more(length);
        }
        return body;
    }

    private int more(int from) throws IOException {
        int read = in.read(buffer, from, buffer.length - from);
        if (read <= 0) {
            throw new EOFException("The server closed the connection, or answered with more than 64 KiB.");
        }
        return read;
    }

    private int endOfHead(int length) {
        for (int i = 3; i < length; i++) {
            if (buffer[i] == '\n' && buffer[i - 1] == '\r' && buffer[i - 2] == '\n') {
                return i + 1;
            }
        }
        return 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
