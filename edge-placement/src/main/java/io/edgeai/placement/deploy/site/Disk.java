package io.edgeai.placement.deploy.site;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The few operations whose order makes files appear whole or not at all. */
final class Disk {
    /** Windows cannot open a folder for syncing; NTFS journals its entries itself. */
    private static final boolean FOLDERS_SYNC = File.separatorChar == '/';

    private Disk() {}

    static void syncFolder(Path folder) throws IOException {
        if (FOLDERS_SYNC) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** Syncs the bytes, then lets the file take its name, then syncs the name. */
    static void publish(Path temporary, Path target) throws IOException {
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder(target.resolveSibling("."));
    }

    /** Replaces a small text as a whole. */
    static void write(Path target, String text) throws IOException {
        Path temporary = target.resolveSibling(target.getFileName() + ".part");
        Files.write(temporary, text.getBytes(StandardCharsets.UTF_8));
        publish(temporary, target);
    }

    /** @param at where in the file the first of these bytes belongs */
    static void writeFully(FileChannel channel, byte[] bytes, int from, int length, long at) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, from, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer, at + buffer.position() - from);
        }
    }

    static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(root)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }
}
