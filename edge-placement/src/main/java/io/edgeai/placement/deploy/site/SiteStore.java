package io.edgeai.placement.deploy.site;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import io.edgeai.placement.deploy.delta.ModelDelta;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * A site's folder: {@code blobs} holds whole artifacts by digest, {@code staging} what is on its way, {@code live} one
 * file a service. An artifact gets its name only after its SHA-256 was checked and its bytes were synced, so that a
 * crash at any point leaves the old state or the new one. Thread-safe; one process a folder.
 */
public final class SiteStore {
    private final Path blobs;
    private final Path staging;
    private final Path live;
    private final SiteLimits limits;
    private final LongSupplier freeBytes;
    private final Map<Digest, Upload> uploads = new ConcurrentHashMap<>();

    private SiteStore(Path root, SiteLimits limits, LongSupplier freeBytes) {
        this.blobs = root.resolve("blobs");
        this.staging = root.resolve("staging");
        this.live = root.resolve("live");
        this.limits = limits;
        this.freeBytes = freeBytes;
    }

    /** Opens a folder, made where it is missing, within {@link SiteLimits#defaults()}. */
    public static SiteStore open(Path root) {
        return open(root, SiteLimits.defaults(), () -> root.toFile().getUsableSpace());
    }

    /**
     * Opens a folder, made where it is missing.
     *
     * @param freeBytes says how much the disk still holds
     */
    public static SiteStore open(Path root, SiteLimits limits, LongSupplier freeBytes) {
        SiteStore store = new SiteStore(root, limits, freeBytes);
        return guarded("open", root, () -> {
            Files.createDirectories(store.blobs);
            Files.createDirectories(store.live);
            Files.createDirectories(store.staging);
            try (Stream<Path> leftovers = Files.list(store.staging)) {
                for (Path left : leftovers.toList()) {
                    if (Files.isRegularFile(left.resolve("manifest"))) {
                        Upload upload = Upload.resume(left);
                        store.uploads.put(upload.chunks().digest(), upload);
                    } else {
                        Disk.deleteTree(left);
                    }
                }
            }
            return store;
        });
    }

    public SiteLimits limits() {
        return limits;
    }

    public boolean has(Digest artifact) {
        return Files.isRegularFile(blob(artifact));
    }

    /** Digests of all whole artifacts. */
    public List<Digest> artifacts() {
        return guarded("list", blobs, () -> {
            try (Stream<Path> files = Files.list(blobs)) {
                return files.map(file -> new Digest(String.valueOf(file.getFileName())))
                        .sorted((a, b) -> a.hex().compareTo(b.hex()))
                        .toList();
            }
        });
    }

    /** @throws ModelNotFoundException where it is not here as a whole */
    public Path file(Digest artifact) {
        if (!has(artifact)) {
            throw new ModelNotFoundException(
                    "Artifact (" + artifact.abbreviated() + ") is not on this site. Maybe send it first.");
        }
        return blob(artifact);
    }

    /**
     * Begins to receive an artifact, or goes on.
     *
     * @return indexes of the chunks that are still missing; none where the whole is here
     * @throws InvalidInputException beyond the limits
     * @throws StorageException where the disk has no room
     */
    public List<Integer> begin(Chunks chunks) {
        if (has(chunks.digest())) {
            return List.of();
        }
        if (chunks.sizeBytes() > limits.artifactBytes() || chunks.chunkBytes() > limits.chunkBytes()) {
            throw new InvalidInputException("Artifact (" + chunks.digest().abbreviated() + ") of ("
                    + chunks.sizeBytes() + ") bytes in chunks of (" + chunks.chunkBytes() + ") is beyond this site's "
                    + limits + ". Maybe raise its limits.");
        }
        return guarded("receive", blob(chunks.digest()), () -> upload(chunks).missing());
    }

    private synchronized Upload upload(Chunks chunks) throws IOException {
        Upload known = uploads.get(chunks.digest());
        if (known != null && known.chunks().equals(chunks) && known.present()) {
            return known;
        }
        requireRoom(chunks.digest(), chunks.sizeBytes());
        Path folder = staging.resolve(chunks.digest().hex());
        Disk.deleteTree(folder);
        Upload fresh = Upload.begin(folder, chunks);
        uploads.put(chunks.digest(), fresh);
        return fresh;
    }

    private void requireRoom(Digest artifact, long bytes) {
        long free = freeBytes.getAsLong();
        if (bytes > free - limits.reserveBytes()) {
            throw new StorageException("The disk has (" + free + ") bytes free, too few for artifact ("
                    + artifact.abbreviated() + ") of (" + bytes + ") and a reserve of (" + limits.reserveBytes()
                    + "). Maybe remove artifacts that no service uses.");
        }
    }

    /**
     * Takes one chunk.
     *
     * @throws ModelIntegrityException where its bytes are not those of the manifest
     * @throws StorageException where it cannot be written; the artifact's bytes so far are given up then
     * @throws OperationCancelledException where the thread was interrupted; the artifact's bytes so far stay
     */
    public void write(Digest artifact, int index, byte[] bytes, int length) {
        if (has(artifact)) {
            return;
        }
        Upload upload = known(artifact);
        if (index < 0 || index >= upload.chunks().count()) {
            throw new InvalidInputException("Chunk (" + index + ") of artifact (" + artifact.abbreviated()
                    + ") is not in 0 to " + (upload.chunks().count() - 1) + ".");
        }
        try {
            upload.write(index, bytes, length);
        } catch (ClosedByInterruptException e) {
            throw new OperationCancelledException(
                    "Writing chunk (" + index + ") of artifact (" + artifact.abbreviated()
                            + ") was interrupted. Maybe send it again.",
                    e);
        } catch (IOException e) {
            abandon(artifact);
            throw new StorageException(
                    "Chunk (" + index + ") of artifact (" + artifact.abbreviated() + ") cannot be written: "
                            + e.getMessage() + ". Maybe the disk is full.",
                    e);
        }
    }

    /** Checks the whole and gives it its name. Nothing happens where it is here already. */
    public void commit(Digest artifact) {
        if (!has(artifact)) {
            guarded("finish", blob(artifact), () -> {
                known(artifact).finish(blob(artifact));
                uploads.remove(artifact);
                return artifact;
            });
        }
    }

    /** Gives up an artifact that is on its way. */
    public synchronized void abandon(Digest artifact) {
        uploads.remove(artifact);
        guarded("abandon", staging, () -> {
            Disk.deleteTree(staging.resolve(artifact.hex()));
            return artifact;
        });
    }

    /**
     * Makes an artifact from another one and a delta, both here as wholes, and drops the delta.
     *
     * @throws ModelIntegrityException where the result is not the artifact
     */
    public void patch(Digest artifact, Digest base, Digest delta) {
        if (has(artifact)) {
            return;
        }
        Path from = file(base);
        Path difference = file(delta);
        guarded("patch", blob(artifact), () -> {
            requireRoom(artifact, ModelDelta.targetBytes(difference));
            Path temporary = Files.createTempFile(staging, "patch", ".part");
            try {
                Digest made = ModelDelta.apply(from, difference, temporary, limits.artifactBytes());
                if (!made.equals(artifact)) {
                    throw new ModelIntegrityException("Delta (" + delta.abbreviated() + ") makes artifact ("
                            + made.abbreviated() + "), not (" + artifact.abbreviated() + ").");
                }
                Disk.publish(temporary, blob(artifact));
            } finally {
                Files.deleteIfExists(temporary);
            }
            Files.deleteIfExists(difference);
            return artifact;
        });
    }

    /** What is live for a service. */
    public Optional<Release> release(String service) {
        Path file = liveFile(service);
        return guarded(
                "read",
                file,
                () -> Files.isRegularFile(file)
                        ? Optional.of(Release.fromJson(Files.readString(file)))
                        : Optional.empty());
    }

    /**
     * Makes a release live in one step.
     *
     * @return what was live before
     * @throws ModelNotFoundException where its artifact is not here
     */
    public synchronized Optional<Release> activate(Release release) {
        Path model = file(release.artifact());
        Optional<Release> before = release(release.service());
        return guarded("activate", model, () -> {
            Disk.write(liveFile(release.service()), release.toJson());
            return before;
        });
    }

    /** Ends a service; what was live before is returned. */
    public synchronized Optional<Release> deactivate(String service) {
        Optional<Release> before = release(service);
        return guarded("deactivate", live, () -> {
            Files.deleteIfExists(liveFile(service));
            Disk.syncFolder(live);
            return before;
        });
    }

    /** Services that are live, by name. */
    public List<Release> releases() {
        return guarded("list", live, () -> {
            try (Stream<Path> files = Files.list(live)) {
                return files.filter(file -> file.toString().endsWith(".json"))
                        .sorted()
                        .map(file -> guarded("read", file, () -> Release.fromJson(Files.readString(file))))
                        .toList();
            }
        });
    }

    /** @throws InvalidInputException where a live service uses it */
    public synchronized void remove(Digest artifact) {
        for (Release release : releases()) {
            if (release.artifact().equals(artifact)) {
                throw new InvalidInputException("Artifact (" + artifact.abbreviated() + ") is live for service ("
                        + release.service() + "). Maybe end the service first.");
            }
        }
        guarded("remove", blobs, () -> Files.deleteIfExists(blob(artifact)));
    }

    private Upload known(Digest artifact) {
        Upload upload = uploads.get(artifact);
        if (upload == null) {
            throw new ModelNotFoundException(
                    "Artifact (" + artifact.abbreviated() + ") is not being received. Maybe send its manifest first.");
        }
        return upload;
    }

    private Path blob(Digest artifact) {
        return blobs.resolve(artifact.hex());
    }

    private Path liveFile(String service) {
        return live.resolve(URLEncoder.encode(service, StandardCharsets.UTF_8) + ".json");
    }

    private interface DiskWork<T> {
        T run() throws IOException;
    }

    private static <T> T guarded(String what, Path path, DiskWork<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot " + what + " (" + path + "): " + e.getMessage()
                            + ". Maybe the disk is full or its permissions are wrong.",
                    e);
        }
    }
}
