package io.edgeai.placement.deploy;

import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import io.edgeai.placement.deploy.delta.ModelDelta;
import io.edgeai.placement.deploy.site.Chunks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model file to be sent, known by its digest, with older versions that a site may have already. A delta from an older
 * version is computed once, when the first site needs it, and kept in a scratch folder for all others. Thread-safe.
 */
public final class Artifact {
    /** A delta longer than this share of the whole is not worth the work. */
    private static final double WORTH_SENDING = 0.8;

    private final Path file;
    private final Chunks chunks;
    private final List<Artifact> bases = new ArrayList<>();
    private final Map<Digest, Optional<Artifact>> deltas = new HashMap<>();
    private final Path scratch;

    private Artifact(Path file, Chunks chunks, List<Artifact> bases, Path scratch) {
        this.file = file;
        this.chunks = chunks;
        this.bases.addAll(bases);
        this.scratch = scratch;
    }

    /** Reads the file once to know its digest; chunks of 1 MiB. The file must not change afterwards. */
    public static Artifact of(Path file) {
        return of(file, Chunks.DEFAULT_CHUNK_BYTES);
    }

    /** Reads the file once to know its digest. */
    public static Artifact of(Path file, int chunkBytes) {
        return new Artifact(file, Chunks.of(file, chunkBytes), List.of(), file.resolveSibling("deltas"));
    }

    /**
     * A copy that knows older versions, best first.
     *
     * @param folder for deltas; made when needed
     */
    public Artifact basedOn(List<Artifact> older, Path folder) {
        return new Artifact(file, chunks, older, folder);
    }

    public Path file() {
        return file;
    }

    public Chunks chunks() {
        return chunks;
    }

    public Digest digest() {
        return chunks.digest();
    }

    public long sizeBytes() {
        return chunks.sizeBytes();
    }

    public List<Artifact> bases() {
        return List.copyOf(bases);
    }

    /** The delta from an older version; empty where it would not save a fifth of the bytes. */
    public synchronized Optional<Artifact> deltaFrom(Artifact base) {
        Optional<Artifact> known = deltas.get(base.digest());
        if (known == null) {
            known = write(base);
            deltas.put(base.digest(), known);
        }
        return known;
    }

    private Optional<Artifact> write(Artifact base) {
        Path delta = scratch.resolve(base.digest().abbreviated() + "-" + digest().abbreviated() + ".delta");
        try {
            Files.createDirectories(scratch);
            if (ModelDelta.write(base.file(), file, delta) > WORTH_SENDING * sizeBytes()) {
                Files.delete(delta);
                return Optional.empty();
            }
        } catch (IOException e) {
            throw new StorageException("Cannot write delta (" + delta + "): " + e.getMessage() + ".", e);
        }
        return Optional.of(of(delta, chunks.chunkBytes()));
    }

    @Override
    public String toString() {
        return file.getFileName() + " (" + digest().abbreviated() + ", " + sizeBytes() + " bytes)";
    }
}
