package io.edgeai.core.store;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.StorageException;
import java.nio.file.Path;
import java.util.List;

/**
 * Keeps the bytes of models under their SHA-256, files and trees of files alike: the extension point behind which a registry's
 * bytes lie, {@link DirectoryBlobStore} unless another is given. Engines map a model from a local file, so that a store
 * elsewhere keeps copies here and {@link #verify} fetches what is missing; {@link ObjectBlobStore} does that for whatever keeps
 * named objects.
 *
 * <p>What a store promises: a blob appears as a whole or not at all, whatever fails or is killed meanwhile; once {@link
 * #publish} has returned it survives a power cut; equal bytes are kept once; any number of threads and processes may store the
 * same blob at once. Whoever opened a store closes it. Must be thread-safe. The test-jar of edge-core has {@code
 * BlobStoreContract}, which tries all of it on a store of one's own.
 *
 * @see io.edgeai.core.registry.EdgeModelRegistry.Builder#blobs(BlobStore)
 */
public interface BlobStore extends AutoCloseable {
    /**
     * Stores a file, or a folder as a tree, from wherever it lies; it stays there.
     *
     * @throws ModelIntegrityException where its bytes are not those expected; nothing is stored
     * @throws StorageException where the store cannot take them
     */
    void put(Blob expected, Path source);

    /**
     * Does what takes long of a {@link #publish} to come, before the registry asks all other writers to wait; nothing
     * unless a store says so. What it leaves behind is garbage until then.
     */
    default void prepare(StagedBlob staged) {}

    /**
     * Makes staged bytes visible and durable; a store on the same file system takes them over. They were hashed when they were
     * staged.
     */
    default Blob publish(StagedBlob staged) {
        put(staged.blob(), staged.path());
        return staged.blob();
    }

    /** Whether there is a blob of that digest, be its bytes intact or not. */
    boolean exists(Blob blob);

    /** Where the bytes lie on this machine, or would once they were fetched; asks nobody. */
    Path path(Blob blob);

    /** Reads the stored bytes again, wherever they are, and compares. */
    BlobState check(Blob blob);

    /**
     * A path on this machine whose bytes are right, hashed during this call, and stay for as long as the store keeps them.
     *
     * @throws ModelIntegrityException where the bytes are missing or not those stored
     */
    Path verify(Blob blob);

    /** All blobs with their sizes, in no order; what is not the store's is passed over. */
    List<Blob> list();

    /** Removes a blob for good, also if the power goes; returns the bytes freed, 0 where it was not there. */
    long delete(Blob blob);

    @Override
    default void close() {}

    /** What {@link #verify} throws. */
    static ModelIntegrityException damaged(Object place, BlobState state) {
        if (state == BlobState.OK) {
            throw new InvalidInputException("Bytes (" + place + ") are (OK). Maybe ask check() first.");
        }
        return new ModelIntegrityException("Stored bytes (" + place + ") "
                + (state == BlobState.MISSING ? "are missing." : "do not match their digest.")
                + " Maybe register the original file again, which repairs them, or restore the home folder.");
    }
}
