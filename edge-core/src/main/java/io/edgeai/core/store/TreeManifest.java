package io.edgeai.core.store;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a tree holds. Its digest is the SHA-256 of a text that begins with the line {@code edgeai-tree 1} and goes on
 * with one line {@code <sha256> <bytes> <path>} a file, sorted by path, paths relative with {@code /}.
 */
final class TreeManifest {
    private static final BlobLimits UNLIMITED =
            new BlobLimits(Long.MAX_VALUE, Integer.MAX_VALUE - 1, Integer.MAX_VALUE - 1);

    /** What file systems take, in bytes. */
    private static final int LONGEST_NAME = 255;

    private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) (\\d{1,18}) (.+)");
    private static final String HEAD = "edgeai-tree 1";

    /** A file of the tree. */
    record Entry(Digest digest, long sizeBytes) {}

    private final TreeMap<String, Entry> entries = new TreeMap<>();

    void add(String path, Digest digest, long sizeBytes) {
        entries.put(path, new Entry(digest, sizeBytes));
    }

    /** The files by their paths, sorted. */
    SortedMap<String, Entry> entries() {
        return Collections.unmodifiableSortedMap(entries);
    }

    Blob blob() {
        long sum = entries.values().stream().mapToLong(Entry::sizeBytes).sum();
        return new Blob(Digest.of(text()), true, sum);
    }

    byte[] text() {
        StringBuilder text = new StringBuilder(HEAD).append('\n');
        for (Map.Entry<String, Entry> entry : entries.entrySet()) {
            text.append(entry.getValue().digest().hex())
                    .append(' ')
                    .append(entry.getValue().sizeBytes())
                    .append(' ')
                    .append(entry.getKey())
                    .append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @throws InvalidInputException where it is no such text, or has more files than allowed
     */
    static TreeManifest parse(String text, int maxFiles) {
        List<String> lines = text.lines().limit(maxFiles + 2L).toList();
        if (lines.isEmpty() || !lines.get(0).equals(HEAD) || lines.size() > maxFiles + 1L) {
            throw new InvalidInputException("A manifest of (" + lines.size() + ") lines is none of at most (" + maxFiles
                    + ") files. Maybe raise BlobLimits.maxFiles.");
        }
        TreeManifest manifest = new TreeManifest();
        for (String line : lines.subList(1, lines.size())) {
            Matcher entry = LINE.matcher(line);
            if (!entry.matches()) {
                throw new InvalidInputException(
                        "A line (" + line + ") of a manifest names no file. Maybe it is damaged.");
            }
            manifest.add(safe(entry.group(3)), new Digest(entry.group(1)), Long.parseLong(entry.group(2)));
        }
        return manifest;
    }

    /** Hashes what lies in a stored tree now, which may have come under other limits. */
    static Blob hash(Path folder) {
        return of(folder).blob();
    }

    /** As {@link #hash}, with all that the digest says. */
    static TreeManifest of(Path folder) {
        TreeManifest manifest = new TreeManifest();
        for (String path : files(folder, UNLIMITED)) {
            Path file = folder.resolve(path);
            try {
                manifest.add(path, Digest.of(file), Files.size(file));
            } catch (IOException e) {
                throw new StorageException("Cannot read (" + file + "): " + e + ".", e);
            }
        }
        return manifest;
    }

    /**
     * The files below a folder (a real path), relative with {@code /}. A link to a file inside the folder counts as that file.
     *
     * @throws InvalidInputException for links that leave the folder, links to folders, special files, too many files
     */
    static List<String> files(Path folder, BlobLimits limits) {
        List<String> found = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(folder, limits.maxDepth() + 1, new FileVisitOption[0])) {
            for (Path path : (Iterable<Path>) walk::iterator) {
                if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    if (folder.relativize(path).getNameCount() > limits.maxDepth()) {
                        throw new InvalidInputException("Folder (" + folder + ") nests deeper than ("
                                + limits.maxDepth() + ") levels. Maybe raise BlobLimits.maxDepth.");
                    }
                    continue;
                }
                found.add(checked(folder, path));
                if (found.size() > limits.maxFiles()) {
                    throw new InvalidInputException("Folder (" + folder + ") holds more than (" + limits.maxFiles()
                            + ") files. Maybe raise BlobLimits.maxFiles, or name the model's own folder.");
                }
            }
        } catch (IOException e) {
            throw new StorageException("Cannot list (" + folder + "): " + e + ".", e);
        }
        return found;
    }

    /** @throws InvalidInputException where the file does not belong to the folder, which is a real path */
    static String checked(Path folder, Path file) {
        if (Files.isSymbolicLink(file) && !Files.exists(file)) {
            throw new InvalidInputException(
                    "Link (" + file + ") leads nowhere. Maybe copy the folder with its links resolved (cp -L).");
        }
        if (!Files.isRegularFile(file)) {
            throw new InvalidInputException(
                    "(" + file + ") is not a regular file. Maybe it is missing, or a special file"
                            + " or a link to a folder that does not belong there.");
        }
        try {
            if (!file.toRealPath().startsWith(folder)) {
                throw new InvalidInputException("File (" + file + ") leads out of the model's folder (" + folder
                        + "). Maybe copy the folder with its links resolved (cp -L).");
            }
        } catch (IOException e) {
            throw new StorageException("Cannot read (" + file + "): " + e + ".", e);
        }
        return safe(folder.relativize(file).toString().replace('\\', '/'));
    }

    /** @throws InvalidInputException where a relative path would leave its folder, is too long or has characters that no file name has */
    static String safe(String path) {
        boolean bad = path.isEmpty()
                || path.startsWith("/")
                || path.matches("[A-Za-z]:.*")
                || path.chars().anyMatch(c -> c < ' ' || c == '\\');
        for (String part : path.split("/", -1)) {
            bad |= part.isEmpty() || part.equals(".") || part.equals("..");
            bad |= part.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME;
        }
        bad |= !StandardCharsets.UTF_8.newEncoder().canEncode(path);
        if (bad) {
            throw new InvalidInputException(
                    "Path (" + path + ") cannot be part of a model. Maybe put the file below the"
                            + " model's folder under a plain name.");
        }
        return path;
    }
}
