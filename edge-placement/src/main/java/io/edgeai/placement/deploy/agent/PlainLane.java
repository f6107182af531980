package io.edgeai.placement.deploy.agent;

import io.edgeai.placement.deploy.site.ChunkLane;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Sends chunks on a connection of its own; one that does not come over goes the other way, which knows why. */
final class PlainLane implements ChunkLane {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final URI chunks;
    private final @Nullable String token;
    private final Duration limit;
    private final ChunkLane other;
    private @Nullable ChunkConnection connection;

    /**
     * @param chunks address of the artifact's chunks, ending in a slash
     * @param limit time of one chunk
     */
    PlainLane(URI chunks, @Nullable String token, Duration limit, ChunkLane other) {
        this.chunks = chunks;
        this.token = token;
        this.limit = limit;
        this.other = other;
    }

    @Override
    public void send(int index, FileChannel file, long offset, int length) throws IOException {
        if (!sent(index, file, offset, length)) {
            other.send(index, file, offset, length);
        }
    }

    private boolean sent(int index, FileChannel file, long offset, int length) {
        try {
            ChunkConnection open = connection == null ? ChunkConnection.open(chunks, CONNECT) : connection;
            connection = open;
            if (!open.put(chunks.resolve(Integer.toString(index)), token, file, offset, length, limit)) {
                close();
            }
            return true;
        } catch (IOException e) {
            close();
            return false;
        }
    }

    @Override
    public void close() {
        ChunkConnection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
        other.close();
    }
}
