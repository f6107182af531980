package io.edgeai.core.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.format.ZipArchive;
import io.edgeai.core.store.Blob;
import io.edgeai.core.store.BlobLimits;
import io.edgeai.core.store.StagedBlob;
import io.edgeai.core.store.Stager;
import io.edgeai.core.store.TreeFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

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
                    versions.add(VersionRecord.write(entry));
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

    /** Reads the records and stages the bytes; nothing of it is in the registry yet. */
    Arrivals open(Stager stager) {
        Arrivals arrivals = new Arrivals(zip);
        boolean ready = false;
        try (ZipFile file = ZipArchive.open(zip)) {
            for (JsonNode node : index(file)) {
                arrivals.add(VersionRecord.read(node), blob -> stage(arrivals, stager, file, blob));
            }
            ready = true;
            return arrivals;
        } catch (IOException e) {
            throw arrivals.damaged(String.valueOf(e.getMessage()), e);
        } finally {
            if (!ready) {
                arrivals.close();
            }
        }
    }

    private JsonNode index(ZipFile file) throws IOException {
        ZipEntry entry = file.getEntry(INDEX);
        if (entry == null) {
            throw new IOException("it has no " + INDEX);
        }
        byte[] bytes = file.getInputStream(entry).readNBytes(MOST_INDEX_BYTES + 1);
        if (bytes.length > MOST_INDEX_BYTES) {
            throw new IOException("its index exceeds " + MOST_INDEX_BYTES + " bytes");
        }
        JsonNode root = JSON.readTree(bytes);
        if (root.path("format").asInt() != INDEX_FORMAT) {
            throw new IOException("its format (" + root.path("format") + ") is not " + INDEX_FORMAT);
        }
        if (!root.path("versions").isArray()) {
            throw new IOException("its index lists no versions");
        }
        return root.path("versions");
    }

    private StagedBlob stage(Arrivals arrivals, Stager stager, ZipFile file, Blob blob) {
        String place = place(blob);
        if (!blob.tree()) {
            ZipEntry entry = file.getEntry(place);
            if (entry == null) {
                throw arrivals.damaged("it lacks " + place, null);
            }
            return stager.stage(
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
            throw arrivals.damaged("it lacks " + place, null);
        }
        return stager.stageTree(files, Progress.NONE);
    }
}
