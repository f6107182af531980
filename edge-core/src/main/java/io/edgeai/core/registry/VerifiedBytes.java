package io.edgeai.core.registry;

import io.edgeai.core.error.StorageException;
import io.edgeai.core.store.Blob;
import io.edgeai.core.store.BlobStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Hashes bytes before they are handed out: always the first time in this process, later again where a file's size,
 * modification time or identity changed. Thread-safe.
 */
final class VerifiedBytes {
    private record Mark(String path, long size, FileTime modified, String key) {}

    private final BlobStore store;
    private final Map<Blob, List<Mark>> verified = new ConcurrentHashMap<>();

    VerifiedBytes(BlobStore store) {
        this.store = store;
    }

    /** @throws io.edgeai.core.error.ModelIntegrityException where the bytes are missing or changed */
    Path path(Blob blob) {
        Path place = store.path(blob);
        List<Mark> before = verified.get(blob);
        if (before != null && before.equals(marks(place))) {
            return place;
        }
        List<Mark> marks = marks(place);
        store.verify(blob);
        verified.put(blob, marks);
        return place;
    }

    private static List<Mark> marks(Path place) {
        if (!Files.exists(place)) {
            return List.of();
        }
        List<Mark> marks = new ArrayList<>();
        try (Stream<Path> files = Files.walk(place)) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
                marks.add(new Mark(file.toString(), now.size(), now.lastModifiedTime(), String.valueOf(now.fileKey())));
            }
        } catch (IOException e) {
            throw new StorageException("Cannot read (" + place + "): " + e + ".", e);
        }
        return marks;
    }
}
