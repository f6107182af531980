package io.edgeai.placement.deploy.agent;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One kept-alive HTTP/1.1 connection that sends parts of files from the kernel's memory, without a copy in this
 * process. It reads answers without a body only: any other is an {@link IOException}, after which the caller asks
 * again by a whole client. Not thread-safe.
 */
final class ChunkConnection implements AutoCloseable {
    private static final int LONGEST_HEAD = 8192;
    private static final int DEFAULT_PORT = 80;

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final ByteBuffer answer = ByteBuffer.allocate(LONGEST_HEAD);

    private ChunkConnection(SocketChannel channel, Selector selector, SelectionKey key) {
        this.channel = channel;
        this.selector = selector;
        this.key = key;
    }

    static ChunkConnection open(URI site, Duration limit) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            int port = site.getPort() < 0 ? DEFAULT_PORT : site.getPort();
            channel.socket().connect(new InetSocketAddress(site.getHost(), port), (int) limit.toMillis());
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            Selector selector = Selector.open();
            return new ChunkConnection(channel, selector, channel.register(selector, 0));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Sends one request and waits for its answer.
     *
     * @return whether the answer was 204 and the connection may be used again
     * @throws IOException where the connection broke, took too long, or the answer is another one
     */
    boolean put(URI to, @Nullable String token, FileChannel file, long offset, int length, Duration limit)
            throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        String head = "PUT " + to.getRawPath() + " HTTP/1.1\r\nHost: " + to.getRawAuthority() + "\r\nContent-Length: "
                + length + "\r\n" + (token == null ? "" : "Authorization: Bearer " + token + "\r\n") + "\r\n";
        ByteBuffer start = ByteBuffer.wrap(head.getBytes(StandardCharsets.UTF_8));
        while (start.hasRemaining()) {
            if (channel.write(start) == 0) {
                await(SelectionKey.OP_WRITE, deadline);
            }
        }
        for (int sent = 0; sent < length; ) {
            long now = file.transferTo(offset + sent, length - sent, channel);
            if (now == 0) {
                if (file.size() < offset + length) {
                    throw new IOException("the file became shorter");
                }
                await(SelectionKey.OP_WRITE, deadline);
            }
            sent += (int) now;
        }
        return answered(deadline);
    }

    private boolean answered(long deadline) throws IOException {
        answer.clear();
        while (true) {
            int read = channel.read(answer);
            if (read < 0 || !answer.hasRemaining()) {
                throw new IOException("the connection ended");
            }
            if (read == 0) {
                await(SelectionKey.OP_READ, deadline);
                continue;
            }
            String head = new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
            int status = head.indexOf("\r\n");
            if (status >= 0 && !head.startsWith("HTTP/1.1 204 ")) {
                throw new IOException("the answer is " + head.substring(0, status));
            }
            if (head.endsWith("\r\n\r\n")) {
                return !head.toLowerCase(Locale.ROOT).contains("\r\nconnection: close");
            }
        }
    }

    private void await(int operation, long deadline) throws IOException {
        key.interestOps(operation);
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new SocketTimeoutException("no answer in time");
        }
        int ready = selector.select(millis);
        selector.selectedKeys().clear();
        if (Thread.currentThread().isInterrupted()) {
            throw new ClosedByInterruptException();
        }
        if (ready == 0 && System.nanoTime() - deadline >= 0) {
            throw new SocketTimeoutException("no answer in time");
        }
    }

    @Override
    public void close() {
        try (channel) {
            selector.close();
        } catch (IOException e) {
            // nothing is on its way any more
        }
    }
}
