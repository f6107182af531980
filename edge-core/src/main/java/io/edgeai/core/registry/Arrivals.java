package io.edgeai.core.registry;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.signing.VerifyingKey;
import io.edgeai.core.store.Blob;
import io.edgeai.core.store.BlobStore;
import io.edgeai.core.store.StagedBlob;
import io.edgeai.core.validation.VersionSignature;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Versions from elsewhere whose bytes are staged and compared with their records; none is in the registry yet. */
final class Arrivals implements AutoCloseable {
    private final Path source;
    private final List<Entry> entries = new ArrayList<>();
    private final Set<VersionRef> refs = new HashSet<>();
    private final Map<String, StagedBlob> staged = new HashMap<>();

    Arrivals(Path source) {
        this.source = source;
    }

    /** @param bytes stages what is not staged yet */
    void add(Entry entry, Function<Blob, StagedBlob> bytes) {
        if (!refs.add(entry.ref())) {
            throw damaged("it has two versions (" + entry.ref() + ")", null);
        }
        entries.add(entry);
        if (!staged.containsKey(key(entry))) {
            StagedBlob copy = bytes.apply(entry.blob());
            staged.put(key(entry), copy);
            if (!key(entry).equals(key(copy.blob()))) {
                throw damaged("the bytes of " + entry.ref() + " do not match their digest", null);
            }
        }
        checkEntry(entry, staged.get(key(entry)));
    }

    /** The file an engine will open must be one of the tree's own. */
    private void checkEntry(Entry entry, @Nullable StagedBlob copy) {
        String name = entry.entry();
        if (name.isEmpty()) {
            return;
        }
        Path root = Objects.requireNonNull(copy).path();
        if (!entry.tree() || !within(root, name)) {
            throw damaged("the file (" + name + ") of " + entry.ref() + " is not among its own", null);
        }
    }

    private static boolean within(Path root, String name) {
        try {
            Path file = root.resolve(name).normalize();
            return file.startsWith(root) && Files.isRegularFile(file);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /**
     * Makes sure that each version carries a signature of one of these keys over the bytes that came.
     *
     * @throws ModelIntegrityException where one does not
     */
    void requireSigned(List<VerifyingKey> trusted) {
        for (Entry entry : entries) {
            if (!VersionSignature.signedBy(entry.version(), trusted)) {
                throw new ModelIntegrityException("Version (" + entry.ref() + ") in (" + source
                        + ") has no signature by any of " + trusted
                        + " over its bytes. Maybe it was signed by another key, or altered since.");
            }
        }
    }

    ModelFormatException damaged(String what, @Nullable Exception cause) {
        return new ModelFormatException(
                "(" + source + ") is no readable export of a registry: " + what + ". Maybe export it again.", cause);
    }

    private static String key(Entry entry) {
        return key(entry.blob());
    }

    private static String key(Blob blob) {
        return blob.digest().hex() + (blob.tree() ? ".tree:" : ":") + blob.sizeBytes();
    }

    Set<ModelId> models() {
        Set<ModelId> models = new TreeSet<>();
        entries.forEach(entry -> models.add(entry.ref().model()));
        return models;
    }

    /** Does what takes long of storing them. */
    void prepare(BlobStore store) {
        staged.values().forEach(store::prepare);
    }

    /** Records all versions; call it inside a writing transaction. */
    Map<VersionRef, ModelVersion> importInto(Journal.Changes changes, BlobStore store, String actor)
            throws SQLException {
        Map<VersionRef, ModelVersion> mapped = new TreeMap<>();
        List<Entry> waiting = new ArrayList<>(entries);
        waiting.sort((a, b) -> a.ref().compareTo(b.ref()));
        while (!waiting.isEmpty()) {
            Entry next =
                    waiting.stream().filter(e -> ready(e, waiting)).findFirst().orElse(null);
            if (next == null) {
                throw damaged("its versions derive from each other in a circle", null);
            }
            waiting.remove(next);
            mapped.put(next.ref(), record(next, mapped, changes, store, actor));
        }
        return mapped;
    }

    /** Lower numbers of the same model and the parent come first. */
    private static boolean ready(Entry entry, List<Entry> waiting) {
        return waiting.stream()
                .map(Entry::ref)
                .noneMatch(other -> (other.model().equals(entry.ref().model())
                                && other.number() < entry.ref().number())
                        || entry.version().parent().filter(other::equals).isPresent());
    }

    private ModelVersion record(
            Entry there, Map<VersionRef, ModelVersion> mapped, Journal.Changes changes, BlobStore store, String actor)
            throws SQLException {
        Catalog catalog = changes.catalog();
        ModelVersion version = there.version();
        Entry same = catalog.entry(there.ref());
        if (same != null
                && same.stage() != Stage.ERASED
                && same.version().digest().equals(version.digest())
                && same.tree() == there.tree()) {
            return same.version();
        }
        StagedBlob bytes = staged.get(key(there));
        if (bytes == null) {
            throw damaged("it lacks the bytes of " + there.ref(), null);
        }
        Blob blob = store.publish(bytes);
        int last = catalog.lastNumber(version.model());
        int number = version.number() > last ? version.number() : catalog.nextNumber(version.model());
        Optional<VersionRef> parent = version.parent().map(mapped::get).map(ModelVersion::ref);
        Entry here = new Entry(
                new ModelVersion(
                        new VersionRef(version.model(), number),
                        version.format(),
                        version.workload(),
                        version.digest(),
                        blob.sizeBytes(),
                        version.signature(),
                        parent,
                        version.derivation(),
                        Stage.REGISTERED,
                        changes.now(),
                        version.tags()),
                there.tree(),
                there.entry());
        String lost = version.parent().isPresent() && parent.isEmpty()
                ? "; derived from " + version.parent().get() + " there, which was not exported"
                : "";
        changes.insert(
                here, AuditAction.IMPORTED, actor, "was " + there.ref() + " of " + version.registeredAt() + lost);
        return here.version();
    }

    @Override
    public void close() {
        staged.values().forEach(StagedBlob::close);
    }
}
