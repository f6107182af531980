package io.edgeai.core.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a disk holds and what of it would survive, by POSIX and nothing better: a file's bytes survive once the file was synced,
 * a name once its folder was. Paths are relative to the disk's root.
 */
final class PowerCut {
    /** The smallest part that a disk writes whole. */
    private static final int SECTOR = 512;

    /** How much luck there is. */
    enum Luck {
        /** Only the process died: all that was written is there. */
        PROCESS_ONLY,
        /** Whatever was not synced is lost. */
        NOTHING_UNSYNCED,
        /** All names reached the disk, and of bytes that were not synced only the first half. */
        TORN,
        /** All names reached the disk, and of the changes of a file that were not synced only the last. */
        LAST_FIRST,
        /** Of what was not synced, any sectors and any names reached the disk. */
        ANY
    }

    /** Bytes at an offset, or none and a new length. */
    record Change(long offset, byte[] bytes) {
        private static final byte[] NONE = {};

        byte[] on(byte[] before) {
            if (bytes.length == 0) {
                return Arrays.copyOf(before, Math.toIntExact(offset));
            }
            byte[] after = Arrays.copyOf(before, Math.max(before.length, Math.toIntExact(offset) + bytes.length));
            System.arraycopy(bytes, 0, after, Math.toIntExact(offset), bytes.length);
            return after;
        }

        List<Change> sectors() {
            List<Change> sectors = new ArrayList<>();
            for (int from = 0; from < bytes.length; ) {
                int to = (int) Math.min(bytes.length, from + SECTOR - (offset + from) % SECTOR);
                sectors.add(new Change(offset + from, Arrays.copyOfRange(bytes, from, to)));
                from = to;
            }
            return bytes.length == 0 ? List.of(this) : sectors;
        }
    }

    /** What {@link Change#on} makes one after the other, with one copy for all of them. */
    static byte[] applied(byte[] before, List<Change> changes) {
        int room = before.length;
        for (Change change : changes) {
            room = Math.max(room, Math.toIntExact(change.offset()) + change.bytes().length);
        }
        byte[] after = Arrays.copyOf(before, room);
        int length = before.length;
        for (Change change : changes) {
            int at = (int) change.offset();
            if (change.bytes().length == 0) {
                Arrays.fill(after, Math.min(at, length), length, (byte) 0);
                length = at;
            } else {
                System.arraycopy(change.bytes(), 0, after, at, change.bytes().length);
                length = Math.max(length, at + change.bytes().length);
            }
        }
        return Arrays.copyOf(after, length);
    }

    private static final class Node {
        private final boolean folder;
        private final Map<String, Node> names = new TreeMap<>();
        private Map<String, Node> namesSynced = Map.of();
        private byte[] bytes = {};
        private byte[] bytesSynced = {};
        private final List<Change> unsynced = new ArrayList<>();

        Node(boolean folder) {
            this.folder = folder;
        }

        void change(Change change) {
            bytes = change.on(bytes);
            unsynced.add(change);
        }

        void sync() {
            namesSynced = new TreeMap<>(names);
            bytesSynced = bytes;
            unsynced.clear();
        }

        byte[] left(Luck luck, Random random) {
            return switch (luck) {
                case PROCESS_ONLY -> bytes;
                case NOTHING_UNSYNCED -> bytesSynced;
                case TORN -> half();
                case LAST_FIRST ->
                    unsynced.isEmpty()
                            ? bytes
                            : unsynced.get(unsynced.size() - 1).on(bytesSynced);
                case ANY -> any(random);
            };
        }

        private byte[] half() {
            int room =
                    unsynced.stream().mapToInt(change -> change.bytes().length).sum() / 2;
            List<Change> torn = new ArrayList<>();
            for (Change change : unsynced) {
                int fits = Math.min(room, change.bytes().length);
                if (fits > 0) {
                    torn.add(new Change(change.offset(), Arrays.copyOf(change.bytes(), fits)));
                    room -= fits;
                }
            }
            return applied(bytesSynced, torn);
        }

        private byte[] any(Random random) {
            int chance = random.nextInt(5); // none, few, half, most or all
            List<Change> lucky = new ArrayList<>();
            for (Change change : unsynced) {
                boolean whole = random.nextBoolean() && random.nextInt(4) < chance;
                for (Change sector : change.sectors()) {
                    if (whole || random.nextInt(4) < chance) {
                        lucky.add(sector);
                    }
                }
            }
            return applied(bytesSynced, lucky);
        }

        Map<String, Node> namesLeft(Luck luck, Random random) {
            if (luck != Luck.ANY) {
                return luck == Luck.NOTHING_UNSYNCED ? namesSynced : names;
            }
            Map<String, Node> left = new TreeMap<>();
            TreeSet<String> all = new TreeSet<>(names.keySet());
            all.addAll(namesSynced.keySet());
            for (String name : all) {
                Node node = (random.nextBoolean() ? names : namesSynced).get(name);
                if (node != null) {
                    left.put(name, node);
                }
            }
            return left;
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
            node.bytes = Files.readAllBytes(path);
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
        write(file, at(file).bytes.length, bytes);
    }

    void write(Path file, long offset, byte[] bytes) {
        if (bytes.length > 0) {
            at(file).change(new Change(offset, bytes));
        }
    }

    void truncate(Path file, long length) {
        at(file).change(new Change(length, Change.NONE));
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
        write(folder, luck, new Random(0));
    }

    /** @param random decides where luck is {@link Luck#ANY} */
    void write(Path folder, Luck luck, Random random) throws IOException {
        write(root, folder, luck, random);
    }

    private static void write(Node node, Path path, Luck luck, Random random) throws IOException {
        if (!node.folder) {
            Files.write(path, node.left(luck, random));
            return;
        }
        Files.createDirectories(path);
        for (Map.Entry<String, Node> each : node.namesLeft(luck, random).entrySet()) {
            write(each.getValue(), path.resolve(each.getKey()), luck, random);
        }
    }
}
