package io.edgeai.core.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.format.ZipArchive;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.store.Blob;
import io.edgeai.core.store.BlobLimits;
import io.edgeai.core.store.BlobStore;
import io.edgeai.core.store.StagedBlob;
import io.edgeai.core.store.TreeFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
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
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Versions as one ZIP file: {@code edgeai-archive.json} with their records, and the bytes as {@code blobs/<digest>} or
 * {@code blobs/<digest>.tree/<path>}.
 */
final class ModelArchive {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String INDEX = "edgeai-archive.json";
    private static final int INDEX_FORMAT = 1;
    private static final int MOST_INDEX_BYTES = 64 << 20;

    private final Path zip;
    private final BlobLimits limits;

    ModelArchive(Path zip, BlobLimits limits) {
        this.zip = zip;
        this.limits = limits;
    }

    private static String place(Blob blob) {
        return "blobs/" + blob.digest().hex() + (blob.tree() ? ".tree/" : "");
    }

    void write(List<Entry> entries, Function<Entry, Path> bytes) {
        Path target = zip.toAbsolutePath();
        Path temp = target.resolveSibling(target.getFileName() + ".part");
        try {
            try (OutputStream file = Files.newOutputStream(temp);
                    ZipOutputStream out = new ZipOutputStream(file)) {
                out.setLevel(Deflater.BEST_SPEED);
                ObjectNode index = JSON.createObjectNode().put("format", INDEX_FORMAT);
                ArrayNode versions = index.putArray("versions");
                Set<Blob> written = new HashSet<>();
                for (Entry entry : entries) {
                    versions.add(record(entry));
                    if (written.add(entry.blob())) {
                        blob(out, place(entry.blob()), bytes.apply(entry));
                    }
                }
                out.putNextEntry(new ZipEntry(INDEX));
                out.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(index));
                out.closeEntry();
            }
            Files.move(temp, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new StorageException("Cannot export to (" + zip + "): " + e + ". Maybe the disk is full.", e);
        } finally {
            deletePart(temp);
        }
    }

    private static void deletePart(Path temp) {
        try {
            Files.deleteIfExists(temp);
        } catch (IOException e) {
            throw new StorageException("Cannot delete (" + temp + "): " + e + ".", e);
        }
    }

    private static void blob(ZipOutputStream out, String place, Path bytes) throws IOException {
        try (Stream<Path> files = Files.walk(bytes)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile).sorted()::iterator) {
                out.putNextEntry(
                        new ZipEntry(place + bytes.relativize(file).toString().replace('\\', '/')));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
    }

    private static ObjectNode record(Entry entry) throws IOException {
        ModelVersion version = entry.version();
        ObjectNode node = JSON.createObjectNode()
                .put("ref", version.ref().toString())
                .put("format", version.format().name())
                .put("workload", version.workload().name())
                .put("digest", version.digest().hex())
                .put("tree", entry.tree())
                .put("entry", entry.entry())
                .put("sizeBytes", version.sizeBytes())
                .put("derivation", version.derivation())
                .put("registeredAt", version.registeredAt().toString());
        node.set("signature", JSON.readTree(SignatureJson.write(version.signature())));
        version.parent().ifPresent(parent -> node.put("parent", parent.toString()));
        ObjectNode tags = node.putObject("tags");
        new TreeMap<>(version.tags()).forEach(tags::put);
        return node;
    }

    /** Reads the records and stages the bytes; nothing of it is in the registry yet. */
    Opened open(BlobStore store) {
        Opened opened = new Opened();
        Set<VersionRef> refs = new HashSet<>();
        boolean ready = false;
        try (ZipFile file = ZipArchive.open(zip)) {
            for (JsonNode node : index(file)) {
                Entry entry = entry(node);
                if (!refs.add(entry.ref())) {
                    throw damaged("it has two versions (" + entry.ref() + ")", null);
                }
                opened.entries.add(entry);
                if (!opened.staged.containsKey(key(entry))) {
                    StagedBlob staged = stage(store, file, entry.blob());
                    opened.staged.put(key(entry), staged);
                    if (!key(entry).equals(key(staged.blob()))) {
                        throw damaged("the bytes of " + entry.ref() + " do not match their digest", null);
                    }
                }
                checkEntry(entry, opened.staged.get(key(entry)));
            }
            ready = true;
            return opened;
        } catch (IOException e) {
            throw damaged(String.valueOf(e.getMessage()), e);
        } finally {
            if (!ready) {
                opened.close();
            }
        }
    }

    /** The file an engine will open must be one of the tree's own. */
    private void checkEntry(Entry entry, @Nullable StagedBlob staged) {
        String name = entry.entry();
        if (name.isEmpty()) {
            return;
        }
        Path root = Objects.requireNonNull(staged).path();
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

    private JsonNode index(ZipFile file) throws IOException {
        ZipEntry entry = file.getEntry(INDEX);
        if (entry == null) {
            throw damaged("it has no " + INDEX, null);
        }
        byte[] bytes = file.getInputStream(entry).readNBytes(MOST_INDEX_BYTES + 1);
        if (bytes.length > MOST_INDEX_BYTES) {
            throw damaged("its index exceeds " + MOST_INDEX_BYTES + " bytes", null);
        }
        JsonNode root = JSON.readTree(bytes);
        if (root.path("format").asInt() != INDEX_FORMAT) {
            throw damaged("its format (" + root.path("format") + ") is not " + INDEX_FORMAT, null);
        }
        if (!root.path("versions").isArray()) {
            throw damaged("its index lists no versions", null);
        }
        return root.path("versions");
    }

    private Entry entry(JsonNode node) {
        try {
            Map<String, String> tags = new HashMap<>();
            node.path("tags")
                    .properties()
                    .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
            return new Entry(
                    new ModelVersion(
                            VersionRef.parse(node.path("ref").asText()),
                            ModelFormat.valueOf(node.path("format").asText()),
                            WorkloadType.valueOf(node.path("workload").asText()),
                            new Digest(node.path("digest").asText()),
                            node.path("sizeBytes").asLong(),
                            SignatureJson.read(node.path("signature").toString()),
                            node.has("parent")
                                    ? Optional.of(
                                            VersionRef.parse(node.path("parent").asText()))
                                    : Optional.empty(),
                            node.path("derivation").asText(),
                            Stage.REGISTERED,
                            Instant.parse(node.path("registeredAt").asText()),
                            tags),
                    node.path("tree").asBoolean(),
                    node.path("entry").asText());
        } catch (EdgeException | IllegalArgumentException | DateTimeException e) {
            throw damaged("a record cannot be read: " + e.getMessage(), e);
        }
    }

    private StagedBlob stage(BlobStore store, ZipFile file, Blob blob) {
        String place = place(blob);
        if (!blob.tree()) {
            ZipEntry entry = file.getEntry(place);
            if (entry == null) {
                throw damaged("it lacks " + place, null);
            }
            return store.stage(
                    new TreeFile(place, Math.max(0, entry.getSize()), () -> file.getInputStream(entry)), Progress.NONE);
        }
        List<TreeFile> files = file.stream()
                .filter(entry -> entry.getName().startsWith(place) && !entry.isDirectory())
                .limit(limits.maxFiles() + 1L)
                .map(entry -> new TreeFile(
                        entry.getName().substring(place.length()),
                        Math.max(0, entry.getSize()),
                        () -> file.getInputStream(entry)))
                .toList();
        if (files.isEmpty()) {
            throw damaged("it lacks " + place, null);
        }
        return store.stageTree(files, Progress.NONE);
    }

    private ModelFormatException damaged(String what, @Nullable Exception cause) {
        return new ModelFormatException(
                "(" + zip + ") is no readable export of a registry: " + what + ". Maybe export it again.", cause);
    }

    private static String key(Entry entry) {
        return key(entry.blob());
    }

    private static String key(Blob blob) {
        return place(blob) + ":" + blob.sizeBytes();
    }

    /** An archive whose bytes are staged. */
    final class Opened implements AutoCloseable {
        private final List<Entry> entries = new ArrayList<>();
        private final Map<String, StagedBlob> staged = new HashMap<>();

        Set<ModelId> models() {
            Set<ModelId> models = new TreeSet<>();
            entries.forEach(entry -> models.add(entry.ref().model()));
            return models;
        }

        /** Records all versions; call it inside a writing transaction. */
        Map<VersionRef, ModelVersion> importInto(Journal.Changes changes, BlobStore store, String actor)
                throws SQLException {
            Map<VersionRef, ModelVersion> mapped = new TreeMap<>();
            List<Entry> waiting = new ArrayList<>(entries);
            waiting.sort((a, b) -> a.ref().compareTo(b.ref()));
            while (!waiting.isEmpty()) {
                Entry next = waiting.stream()
                        .filter(e -> ready(e, waiting))
                        .findFirst()
                        .orElse(null);
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
                Entry there,
                Map<VersionRef, ModelVersion> mapped,
                Journal.Changes changes,
                BlobStore store,
                String actor)
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
}
