package io.edgeai.core.store;

import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Objects in this process's memory, with faults on demand. */
final class MemoryObjects implements ObjectStore {
    final Map<String, byte[]> objects = new ConcurrentSkipListMap<>();

    /** Calls of {@link #put} until one fails; none does below 1. */
    final AtomicInteger failAt = new AtomicInteger();

    /** Bytes after which reading breaks off; -1 for never. */
    volatile int breakAt = -1;

    @Override
    public void put(String key, Path file, Digest sha256) {
        if (failAt.getAndUpdate(n -> Math.max(0, n - 1)) == 1) {
            throw StorageException.retriable("The memory failed on demand. Maybe try again.", null);
        }
        try {
            byte[] bytes = Files.readAllBytes(file);
            if (!Digest.of(bytes).equals(sha256)) {
                throw new AssertionError("other bytes than announced under " + key);
            }
            objects.put(key, bytes);
        } catch (IOException e) {
            throw new StorageException("Cannot read (" + file + "). Maybe it went.", e);
        }
    }

    @Override
    public Optional<InputStream> open(String key) {
        byte[] bytes = objects.get(key);
        if (bytes == null) {
            return Optional.empty();
        }
        int most = breakAt;
        return Optional.of(
                most < 0
                        ? new ByteArrayInputStream(bytes)
                        : new ByteArrayInputStream(bytes) {
                            @Override
                            public synchronized int read(byte[] target, int offset, int length) {
                                if (pos >= most) {
                                    throw StorageException.retriable("Broken off on demand. Maybe try again.", null);
                                }
                                return super.read(target, offset, Math.min(length, most - pos));
                            }
                        });
    }

    @Override
    public List<StoredObject> list(String prefix) {
        return objects.entrySet().stream()
                .filter(object -> object.getKey().startsWith(prefix))
                .map(object -> new StoredObject(object.getKey(), object.getValue().length))
                .toList();
    }

    @Override
    public void delete(String key) {
        objects.remove(key);
    }
}
