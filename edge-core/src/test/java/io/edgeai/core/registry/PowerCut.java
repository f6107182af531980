package io.edgeai.core.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a disk holds and what of it would survive, by POSIX and nothing better: a file's bytes survive once the file was synced,
 * a name once its folder was. Paths are relative to the disk's root.
 */
final class PowerCut {
    /** How much luck there is. */
    enum Luck {
        /** Only the process died: all that was written is there. */
        PROCESS_ONLY,
        /** Whatever was not synced is lost. */
        NOTHING_UNSYNCED,
        /** All names reached the disk, and of bytes that were not synced only the first half. */
        TORN
    }

    private static final class Node {
        private final boolean folder;
        private final Map<String, Node> names = new TreeMap<>();
        private Map<String, Node> namesSynced = Map.of();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private byte[] bytesSynced = {};

        Node(boolean folder) {
            this.folder = folder;
        }

        void sync() {
            namesSynced = new TreeMap<>(names);
            bytesSynced = bytes.toByteArray();
        }
    }

    private final Node root;

    private PowerCut(Node root) {
        this.root = root;
    }

    /** A disk as it lies there, all of it synced. */
    static PowerCut of(Path folder) throws IOException {
        return new PowerCut(read(folder));
    }

    private static Node read(Path path) throws IOException {
        Node node = new Node(Files.isDirectory(path));
        if (node.folder) {
            try (Stream<Path> inside = Files.list(path)) {
                for (Path each : inside.toList()) {
                    node.names.put(each.getFileName().toString(), read(each));
                }
            }
        } else {
            node.bytes.writeBytes(Files.readAllBytes(path));
        }
        node.sync();
        return node;
    }

    private Node at(Path path) {
        Node node = root;
        for (Path part : path) {
            node = part.toString().isEmpty() ? node : node.names.get(part.toString());
        }
        return node;
    }

    private Node parent(Path path) {
        return path.getParent() == null ? root : at(path.getParent());
    }

    void create(Path path, boolean folder) {
        parent(path).names.put(path.getFileName().toString(), new Node(folder));
    }

    void append(Path file, byte[] bytes) {
        at(file).bytes.writeBytes(bytes);
    }

    void sync(Path path) {
        at(path).sync();
    }

    void move(Path from, Path to) {
        Node moved = at(from);
        delete(from);
        parent(to).names.put(to.getFileName().toString(), moved);
    }

    void delete(Path path) {
        parent(path).names.remove(path.getFileName().toString());
    }

    /** What is found when the power is back. */
    void write(Path folder, Luck luck) throws IOException {
        write(root, folder, luck);
    }

    private static void write(Node node, Path path, Luck luck) throws IOException {
        if (!node.folder) {
            byte[] all = node.bytes.toByteArray();
            Files.write(
                    path,
                    switch (luck) {
                        case PROCESS_ONLY -> all;
                        case NOTHING_UNSYNCED -> node.bytesSynced;
                        case TORN -> all.length == node.bytesSynced.length ? all : Arrays.copyOf(all, all.length / 2);
                    });
            return;
        }
        Files.createDirectories(path);
        Map<String, Node> names = luck == Luck.NOTHING_UNSYNCED ? node.namesSynced : node.names;
        for (Map.Entry<String, Node> each : names.entrySet()) {
            write(each.getValue(), path.resolve(each.getKey()), luck);
        }
    }
}
