package io.edgeai.core.registry;

import io.edgeai.core.store.BlobLimits;
import io.edgeai.core.store.BlobStore;
import io.edgeai.core.store.DirectoryBlobStore;
import io.edgeai.core.store.Stager;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a registry's bytes are prepared and kept. Closing closes what it opened.
 *
 * @param stager on the file system of the store, where that has one
 */
record Bytes(Stager stager, BlobStore store) implements AutoCloseable {
    /** @param given a store of the host's, which takes the place of the folder and stays open */
    static Bytes open(Path home, Path folder, @Nullable BlobStore given, BlobLimits limits) {
        if (given != null) {
            Stager stager = Stager.open(home.resolve("tmp"), limits);
            return new Bytes(stager, given);
        }
        DirectoryBlobStore store = DirectoryBlobStore.open(folder, limits);
        return new Bytes(store.stager(), store);
    }

    @Override
    public void close() {
        stager.close();
    }
}
