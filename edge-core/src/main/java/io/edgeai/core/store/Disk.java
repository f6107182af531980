package io.edgeai.core.store;

import io.edgeai.core.error.StorageException;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** The few operations whose order makes bytes durable. Thread-safe. */
public final class Disk {
    /** Windows cannot open a folder for syncing; NTFS journals its entries itself. */
    private static final boolean FOLDERS_SYNC = File.separatorChar == '/';

    private Disk() {}

    /** Makes the names in a folder durable. */
    public static void syncFolder(Path folder) throws IOException {
        if (FOLDERS_SYNC) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** Creates missing folders and syncs each parent that gained one. */
    public static void createFolders(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Path parent = folder.getParent();
            if (parent != null) {
                createFolders(parent);
            }
            Files.createDirectories(folder);
            if (parent != null) {
                syncFolder(parent);
            }
        }
    }

    /**
     * Deletes a file or folder with all it holds, links unfollowed; nothing there is no error.
     *
     * @throws StorageException where something cannot be deleted
     */
    public static void deleteTree(Path root) {
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    if (e instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw e;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) throws IOException {
                    if (e != null) {
                        throw e;
                    }
                    Files.deleteIfExists(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new StorageException("Cannot delete (" + root + "): " + e + ". Maybe check its permissions.", e);
        }
    }
}
