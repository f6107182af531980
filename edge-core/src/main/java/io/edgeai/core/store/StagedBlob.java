package io.edgeai.core.store;

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
