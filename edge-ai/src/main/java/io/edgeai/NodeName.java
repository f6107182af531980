package io.edgeai;

import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Under which name an endpoint keeps its part of the evidence of a model: that of the home and the first place in it that no
 * living endpoint has. A lock, which the operating system drops when the process dies, holds the place, so that whoever starts
 * after a crash goes on where the dead one was, and two at once never write to one part. Thread-safe.
 */
final class NodeName implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeName.class);
    private static final String FOLDER = "nodes";
    private static final int MOST = 1000;

    private final String text;
    private final FileChannel lock;

    private NodeName(String text, FileChannel lock) {
        this.text = text;
        this.lock = lock;
    }

    /** @param trial the model, and where, e.g. {@code defects@lab} */
    static NodeName take(Path home, String trial) {
        Path folder = home.resolve(FOLDER);
        try {
            Files.createDirectories(folder);
            String node = name(folder);
            for (int place = 0; place < MOST; place++) {
                FileChannel lock = locked(folder.resolve(trial + "." + place + ".lock"));
                if (lock != null) {
                    return new NodeName(node + "/" + place, lock);
                }
            }
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot name this node in (" + folder + "): " + e + ". Maybe check its disk.", e);
        }
        throw new StorageException(
                "More than (" + MOST + ") endpoints serve (" + trial + ") on one home. Maybe close some.");
    }

    private static String name(Path folder) throws IOException {
        Path file = folder.resolve("name");
        if (!Files.isRegularFile(file)) {
            Path fresh = Files.createTempFile(folder, "name", ".tmp");
            try {
                Files.writeString(fresh, UUID.randomUUID().toString());
                // Of two processes that do this at once each may go on under its own: places differ anyway.
                Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(fresh);
            }
        }
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private static @Nullable FileChannel locked(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean ours = false;
        try {
            FileLock lock = channel.tryLock();
            ours = lock != null;
            return ours ? channel : null;
        } catch (OverlappingFileLockException e) { // an endpoint of this process has it
            return null;
        } finally {
            if (!ours) {
                channel.close();
            }
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.warn("The place {} stays taken until this process ends: {}", text, e.getMessage());
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
