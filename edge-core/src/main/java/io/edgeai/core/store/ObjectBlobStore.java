package io.edgeai.core.store;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Blobs in an {@link ObjectStore}, with copies in a folder of this machine that engines map: {@code ab/<sha256>} for a file;
 * for a tree {@code ab/<sha256>.tree/<path>} for each of its files, and last {@code ab/<sha256>.manifest}, whose own SHA-256
 * is the tree's, so that a tree is there once its manifest is. A copy is fetched when a model is opened first, checked while
 * it comes, and stays until others need its place.
 *
 * <p>Bytes are sent before the registry asks other writers to wait, so that a large model holds nobody up. Thread-safe. The
 * folder of the copies belongs to one process. Closing leaves the object store open, and the copies for the next time.
 */
public final class ObjectBlobStore implements BlobStore {
    private static final Pattern KEY =
            Pattern.compile("[0-9a-f]{2}/([0-9a-f]{64})(?:(\\.manifest)|(\\.tree/.+))?", Pattern.DOTALL);

    /** A line is a digest, a length and a path of some folders. */
    private static final long MANIFEST_LINE = 64 + 20 + 4096;

    private final ObjectStore objects;
    private final LocalCopies copies;
    private final BlobLimits limits;
    private final Map<Digest, Object> fetching = new ConcurrentHashMap<>();

    private ObjectBlobStore(ObjectStore objects, LocalCopies copies, BlobLimits limits) {
        this.objects = objects;
        this.copies = copies;
        this.limits = limits;
    }

    /**
     * Opens a store.
     *
     * @param copies the folder of the local copies, e.g. {@code <home>/copies}
     * @param maxBytes that they may take; exceeded by one model that is larger, and by those opened within a minute
     * @throws InvalidInputException for less than a byte
     */
    public static ObjectBlobStore open(ObjectStore objects, Path copies, long maxBytes) {
        return open(objects, copies, maxBytes, BlobLimits.DEFAULT, Ticker.system());
    }

    /** As {@link #open(ObjectStore, Path, long)}, with limits of what is fetched and a ticker that ages the copies. */
    public static ObjectBlobStore open(
            ObjectStore objects, Path copies, long maxBytes, BlobLimits limits, Ticker ticker) {
        if (maxBytes < 1) {
            throw new InvalidInputException("Copies of (" + maxBytes + ") bytes are none. Maybe 10L << 30 for 10 GiB.");
        }
        DirectoryBlobStore files = DirectoryBlobStore.open(copies, limits);
        return new ObjectBlobStore(objects, new LocalCopies(files, maxBytes, ticker), limits);
    }

    private static String key(Blob blob, String ending) {
        String hex = blob.digest().hex();
        return hex.substring(0, 2) + "/" + hex + ending;
    }

    /** The object without which the blob is not there. */
    private static String head(Blob blob) {
        return key(blob, blob.tree() ? ".manifest" : "");
    }

    @Override
    public void put(Blob expected, Path source) {
        if (!expected.tree()) {
            require(expected, Digest.of(source));
            objects.put(head(expected), source, expected.digest());
            return;
        }
        TreeManifest manifest = TreeManifest.of(source);
        require(expected, manifest.blob().digest());
        manifest.entries()
                .forEach((path, entry) ->
                        objects.put(key(expected, ".tree/" + path), source.resolve(path), entry.digest()));
        try (StagedBlob text = copies.stager().stage(manifest.text(), Progress.NONE)) {
            objects.put(head(expected), text.path(), expected.digest());
        }
    }

    private static void require(Blob expected, Digest found) {
        if (!found.equals(expected.digest())) {
            throw new ModelIntegrityException("Bytes (" + found + ") are not those expected (" + expected.digest()
                    + "). Maybe they were altered on their way here.");
        }
    }

    /** Sends the bytes, also where they are there: what was damaged is repaired by it. */
    @Override
    public void prepare(StagedBlob staged) {
        put(staged.blob(), staged.path());
    }

    @Override
    public Blob publish(StagedBlob staged) {
        Blob blob = staged.blob();
        if (!whole(staged)) {
            put(blob, staged.path());
        }
        return blob;
    }

    /** Files of a tree that was still on its way may have been taken for garbage. */
    private boolean whole(StagedBlob staged) {
        Blob blob = staged.blob();
        if (!blob.tree()) {
            return objects.list(head(blob)).contains(new StoredObject(head(blob), blob.sizeBytes()));
        }
        List<StoredObject> files = objects.list(key(blob, ".tree/"));
        return exists(blob)
                && files.size() == TreeManifest.files(staged.path(), limits).size()
                && files.stream().mapToLong(StoredObject::sizeBytes).sum() == blob.sizeBytes();
    }

    @Override
    public boolean exists(Blob blob) {
        String head = head(blob);
        return objects.list(head).stream().anyMatch(found -> found.key().equals(head));
    }

    @Override
    public Path path(Blob blob) {
        return copies.path(blob);
    }

    @Override
    public BlobState check(Blob blob) {
        try {
            if (!blob.tree()) {
                return digest(head(blob)).equals(blob.digest()) ? BlobState.OK : BlobState.CORRUPT;
            }
            for (Map.Entry<String, TreeManifest.Entry> file :
                    manifest(blob).entries().entrySet()) {
                String key = key(blob, ".tree/" + file.getKey());
                if (!digest(key).equals(file.getValue().digest())) {
                    return BlobState.CORRUPT;
                }
            }
            return BlobState.OK;
        } catch (ModelIntegrityException e) {
            return exists(blob) ? BlobState.CORRUPT : BlobState.MISSING;
        }
    }

    private Digest digest(String key) {
        try (InputStream in = content(key)) {
            return Digest.of(in);
        } catch (IOException e) {
            throw RemoteBytes.failure(key, e);
        }
    }

    private InputStream content(String key) throws IOException {
        return new RemoteBytes(key, objects.open(key).orElseThrow(() -> BlobStore.damaged(key, BlobState.MISSING)));
    }

    /** @throws ModelIntegrityException where it is missing or not the one the tree's digest is of */
    private TreeManifest manifest(Blob tree) {
        String key = head(tree);
        long most = Math.min(64L << 20, MANIFEST_LINE * limits.maxFiles());
        try (InputStream in = content(key)) {
            byte[] text = in.readNBytes((int) most);
            if (!Digest.of(text).equals(tree.digest())) {
                throw BlobStore.damaged(key, BlobState.CORRUPT);
            }
            return TreeManifest.parse(new String(text, StandardCharsets.UTF_8), limits.maxFiles());
        } catch (IOException e) {
            throw RemoteBytes.failure(key, e);
        }
    }

    @Override
    public Path verify(Blob blob) {
        synchronized (fetching.computeIfAbsent(blob.digest(), digest -> new Object())) {
            try {
                Path place = copies.path(blob);
                return Files.exists(place) && copies.check(blob) == BlobState.OK ? place : fetch(blob);
            } finally {
                fetching.remove(blob.digest());
            }
        }
    }

    private Path fetch(Blob blob) {
        try (StagedBlob staged = blob.tree()
                ? copies.stager().stageTree(files(blob), Progress.NONE)
                : copies.stager().stage(file(head(blob), "", blob.sizeBytes()), Progress.NONE)) {
            if (!staged.blob().digest().equals(blob.digest())) {
                throw BlobStore.damaged(head(blob), BlobState.CORRUPT);
            }
            return copies.add(staged);
        }
    }

    private List<TreeFile> files(Blob tree) {
        List<TreeFile> files = new ArrayList<>();
        manifest(tree)
                .entries()
                .forEach((path, entry) -> files.add(file(key(tree, ".tree/" + path), path, entry.sizeBytes())));
        return files;
    }

    private TreeFile file(String key, String path, long sizeBytes) {
        return new TreeFile(path.isEmpty() ? key : path, sizeBytes, () -> content(key));
    }

    /** What an interrupted call left is listed, too, so that it can be deleted: a tree without its manifest among it. */
    @Override
    public List<Blob> list() {
        Map<Digest, Long> files = new HashMap<>();
        Map<Digest, Long> trees = new HashMap<>();
        for (StoredObject object : objects.list("")) {
            Matcher key = KEY.matcher(object.key());
            if (key.matches()) {
                Digest digest = new Digest(key.group(1));
                if (key.group(2) != null) {
                    trees.merge(digest, 0L, Long::sum);
                } else {
                    (key.group(3) != null ? trees : files).merge(digest, object.sizeBytes(), Long::sum);
                }
            }
        }
        List<Blob> found = new ArrayList<>();
        files.forEach((digest, bytes) -> found.add(new Blob(digest, false, bytes)));
        trees.forEach((digest, bytes) -> found.add(new Blob(digest, true, bytes)));
        return found;
    }

    @Override
    public long delete(Blob blob) {
        copies.delete(blob);
        Set<String> keys = new TreeSet<>();
        long freed = 0;
        String files = blob.tree() ? key(blob, ".tree/") : head(blob);
        for (StoredObject object : objects.list(files)) {
            if (blob.tree() || object.key().equals(files)) {
                keys.add(object.key());
                freed += object.sizeBytes();
            }
        }
        objects.delete(head(blob)); // first, so that nobody sees a tree that lacks files
        keys.forEach(objects::delete);
        return freed;
    }

    @Override
    public void close() {
        copies.close();
    }
}
