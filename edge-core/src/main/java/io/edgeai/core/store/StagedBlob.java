package io.edgeai.core.store;

import io.edgeai.core.error.ModelIntegrityException;
import java.nio.file.Path;

/**
 * Bytes copied, hashed and synced, but not yet visible in the store. {@link BlobStore#publish} makes them so; closing
 * discards what was not published. Not thread-safe.
 */
public final class StagedBlob implements AutoCloseable {
    private final Blob blob;
    private final Path temp;
    private boolean open = true;

    StagedBlob(Blob blob, Path temp) {
        this.blob = blob;
        this.temp = temp;
    }

    public Blob blob() {
        return blob;
    }

    /** The copy, as long as it is neither published nor closed. */
    public Path path() {
        return temp;
    }

    /**
     * This, where it is what was expected.
     *
     * @throws ModelIntegrityException where its bytes are others
     */
    public StagedBlob require(Blob expected) {
        if (!blob.digest().equals(expected.digest()) || blob.tree() != expected.tree()) {
            throw new ModelIntegrityException("Bytes (" + blob.digest() + ") are not those expected ("
                    + expected.digest() + "). Maybe they were altered on their way here.");
        }
        return this;
    }

    void published() {
        open = false;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            Disk.deleteTree(temp);
        }
    }
}
