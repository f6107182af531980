package io.edgeai.core.store;

import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One store's own folder for files in the making. A lock, which the operating system drops when the process dies, tells
 * the folders of the living from the leftovers of the dead; opening removes the latter. Thread-safe.
 */
final class TempArea implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TempArea.class);

    /** Names this process for its lifetime; a process id alone comes back, in containers at every start. */
    private static final String PROCESS = ProcessHandle.current().pid() + "."
            + ProcessHandle.current()
                    .info()
                    .startInstant()
                    .map(Instant::toEpochMilli)
                    .orElse(0L) + ".";

    private static final String LOCK = ".lock";

    private final Path folder;
    private final Path lockFile;
    private final FileChannel lock;
    private final AtomicLong next = new AtomicLong();

    private TempArea(Path folder, Path lockFile, FileChannel lock) {
        this.folder = folder;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    static TempArea open(Path root) throws IOException {
        Files.createDirectories(root);
        // One opener at a time, in this process and among all: a new lock file must not look abandoned before it is
        // locked. Closing any channel of a file drops this process's locks on it, hence the monitor.
        synchronized (TempArea.class) {
            try (FileChannel guard = FileChannel.open(
                            root.resolve("guard"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock guarded = guard.lock()) {
                assert guarded.isValid();
                sweep(root);
                String name = PROCESS + UUID.randomUUID();
                Path lockFile = root.resolve(name + LOCK);
                FileChannel lock = FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                TempArea area = new TempArea(root.resolve(name), lockFile, lock);
                boolean ready = false;
                try {
                    lock.lock();
                    Files.createDirectories(area.folder);
                    ready = true;
                    return area;
                } finally {
                    if (!ready) {
                        area.close();
                    }
                }
            }
        }
    }

    private static void sweep(Path root) throws IOException {
        List<Path> locks;
        try (Stream<Path> files = Files.list(root)) {
            locks = files.filter(file -> file.toString().endsWith(LOCK)).toList();
        }
        for (Path lockFile : locks) {
            String name = lockFile.getFileName().toString();
            if (!name.startsWith(PROCESS) && abandoned(lockFile)) {
                Disk.deleteTree(root.resolve(name.substring(0, name.length() - LOCK.length())));
                Files.deleteIfExists(lockFile);
            }
        }
    }

    private static boolean abandoned(Path lockFile) throws IOException {
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock != null;
        } catch (NoSuchFileException | OverlappingFileLockException e) {
            return false;
        }
    }

    /** A path in this area that nothing else uses. */
    Path fresh() {
        return folder.resolve(Long.toString(next.incrementAndGet()));
    }

    /** Where files cannot be deleted, another process does it when it opens the store. */
    @Override
    public void close() {
        if (lock.isOpen()) {
            try (lock) {
                Disk.deleteTree(folder);
                Files.deleteIfExists(lockFile);
            } catch (IOException | StorageException e) {
                LOG.warn("Temporary files stay until {} is opened again: {}", folder.getParent(), e.getMessage());
            }
        }
    }
}
