package io.edgeai.core.runtime.onnxruntime;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.runtime.SessionOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Models as ONNX Runtime has rewritten them for one kind of processor, in its own format: {@code <key>.ort} and, in 16
 * bytes, {@code <key>.sum} with length and CRC-32C of it. The key is the model's SHA-256, by which a model's entries are found,
 * and another of all that decides what the rewriting gives. What is opened is the very memory that was checked. Entries are written aside, synced and moved into place, the
 * sum last; several processes may share a folder. Thread-safe.
 */
final class OptimizedCache {
    private static final String MODEL = ".ort";
    private static final String SUM = ".sum";
    private static final String FRESH = ".tmp";
    private static final int SUM_BYTES = 16;
    private static final Logger LOG = LoggerFactory.getLogger(OptimizedCache.class);

    private final Path folder;
    private final long maxBytes;

    OptimizedCache(Path folder, long maxBytes) {
        this.folder = folder;
        this.maxBytes = maxBytes;
    }

    /** The name of an entry: what the model is, who rewrites it, how, and for which processor. */
    static String key(Digest model, String engine, String processor, SessionOptions options) {
        String all = String.join(
                " | ",
                model.hex(),
                engine,
                processor,
                Boolean.toString(options.optimize()),
                new TreeMap<>(options.engineOptions()).toString());
        return model.hex() + "-"
                + Digest.of(all.getBytes(StandardCharsets.UTF_8)).hex();
    }

    /** The entry's bytes, mapped and checked; empty where there is none or it is damaged, which removes it. */
    Optional<ByteBuffer> find(String key) {
        Path model = folder.resolve(key + MODEL);
        Path sum = folder.resolve(key + SUM);
        if (!Files.isRegularFile(model) || !Files.isRegularFile(sum)) {
            return Optional.empty();
        }
        try {
            ByteBuffer expected = ByteBuffer.wrap(Files.readAllBytes(sum));
            ByteBuffer mapped = map(model);
            if (expected.limit() == SUM_BYTES
                    && expected.getLong() == mapped.limit()
                    && expected.getLong() == crc(mapped)) {
                Files.setLastModifiedTime(sum, FileTime.fromMillis(System.currentTimeMillis()));
                return Optional.of(mapped);
            }
            remove(key);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Where an entry may be written before {@link #publish}. */
    Path fresh() {
        try {
            Files.createDirectories(folder);
            return folder.resolve(UUID.randomUUID() + FRESH);
        } catch (IOException e) {
            throw new StorageException("Cannot create the cache folder (" + folder + "): " + e + ".", e);
        }
    }

    /** Moves a written file into place and makes room for it; a file that is too large for the cache is dropped. */
    void publish(String key, Path written) {
        try {
            if (Files.size(written) > maxBytes) {
                Files.delete(written);
                return;
            }
            ByteBuffer sum = ByteBuffer.allocate(SUM_BYTES);
            ByteBuffer mapped = map(written);
            sum.putLong(mapped.limit()).putLong(crc(mapped)).flip();
            Path sumFile = fresh();
            try (FileChannel model = FileChannel.open(written, StandardOpenOption.WRITE);
                    FileChannel out =
                            FileChannel.open(sumFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                model.force(true);
                while (sum.hasRemaining()) {
                    out.write(sum);
                }
                out.force(true);
            }
            Files.move(written, folder.resolve(key + MODEL), StandardCopyOption.ATOMIC_MOVE);
            Files.move(sumFile, folder.resolve(key + SUM), StandardCopyOption.ATOMIC_MOVE);
            makeRoom(key);
        } catch (IOException e) {
            throw new StorageException("Cannot write to the cache (" + folder + "): " + e + ".", e);
        }
    }

    void remove(String key) {
        try {
            Files.deleteIfExists(folder.resolve(key + SUM));
            Files.deleteIfExists(folder.resolve(key + MODEL));
        } catch (IOException e) {
            throw new StorageException("Cannot delete from the cache (" + folder + "): " + e + ".", e);
        }
    }

    /** What processes that ended while they wrote have left behind. */
    private List<Path> abandoned() throws IOException {
        FileTime yesterday = FileTime.from(Instant.now().minus(Duration.ofDays(1)));
        List<Path> old = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(FRESH)).toList()) {
                if (Files.getLastModifiedTime(file).compareTo(yesterday) < 0) {
                    old.add(file);
                }
            }
        }
        return old;
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.debug("Cannot delete {}: {}", file, e.getMessage());
        }
    }

    /** Removes the entries not used for longest, but not the newest, until the rest fits. */
    private void makeRoom(String newest) throws IOException {
        record Entry(String key, long bytes, long used) {}
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(MODEL)).toList()) {
                String name = file.getFileName().toString();
                String key = name.substring(0, name.length() - MODEL.length());
                Path sum = folder.resolve(key + SUM);
                long used = Files.exists(sum) ? Files.getLastModifiedTime(sum).toMillis() : 0;
                entries.add(new Entry(key, Files.size(file), used));
            }
        }
        for (Path left : abandoned()) {
            delete(left);
        }
        long total = entries.stream().mapToLong(Entry::bytes).sum();
        entries.sort(Comparator.comparingLong(Entry::used));
        for (Entry entry : entries) {
            if (total > maxBytes && !entry.key().equals(newest)) {
                remove(entry.key());
                total -= entry.bytes();
            }
        }
    }

    private static MappedByteBuffer map(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        }
    }

    private static long crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return crc.getValue();
    }

    /** What tells processors apart whose best code differs: Linux names model and features, elsewhere the architecture. */
    static String processor() {
        StringBuilder text = new StringBuilder(System.getProperty("os.arch", ""));
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            lines.takeWhile(line -> !line.isBlank())
                    .filter(line -> line.startsWith("model name")
                            || line.startsWith("flags")
                            || line.startsWith("Features")
                            || line.startsWith("CPU part"))
                    .forEach(line -> text.append('\n').append(line));
        } catch (IOException | UncheckedIOException e) {
            text.append(" of unknown kind");
        }
        return text.toString();
    }

    /** False where the cache has no room for it, or where the digest says nothing about data in other files. */
    private boolean worthKeeping(Path model, Digest digest) {
        try {
            return ExternalData.bytes(model) <= maxBytes
                    && !(ExternalData.any(model) && Digest.of(model).equals(digest));
        } catch (IOException e) {
            return false; // opening it will say why
        }
    }

    /** Opens from the cache, or makes the entry; where the cache cannot be written, the model is opened without it. */
    OrtInferenceSession open(Path model, Digest digest, SessionOptions options) {
        String key = key(digest, SessionFactory.version(), processor(), options);
        Optional<ByteBuffer> found = find(key);
        if (found.isPresent()) {
            try {
                return SessionFactory.openRewritten(found.get(), options);
            } catch (EdgeException e) {
                remove(key); // whole, but this ONNX Runtime does not take it
            }
        }
        if (Files.isRegularFile(model) && !worthKeeping(model, digest)) {
            return SessionFactory.open(model, options);
        }
        Path written;
        try {
            written = fresh();
        } catch (StorageException e) {
            return SessionFactory.open(model, options);
        }
        OrtInferenceSession session;
        try {
            session = SessionFactory.openAndSave(model, options, written);
        } catch (EdgeException e) {
            delete(written);
            return SessionFactory.open(model, options); // says what is wrong, where it is not the saving
        }
        try {
            publish(key, written);
        } catch (StorageException e) {
            return session; // it answers; the next load is as slow as this one
        }
        return session;
    }
}
