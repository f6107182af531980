package io.edgeai.core.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

class DirectoryBlobStoreContractTest implements BlobStoreContract {
    @Override
    public BlobStore open(Path folder) {
        return new Healing(DirectoryBlobStore.open(folder));
    }

    /** A file where the blob's folder should be is in the way once. */
    @Override
    public void tearNextPut(BlobStore store, Blob blob) throws IOException {
        Path prefix = Objects.requireNonNull(store.path(blob).getParent());
        Files.deleteIfExists(prefix);
        Files.createFile(prefix);
    }

    @Override
    public void damage(BlobStore store, Blob blob) throws IOException {
        Files.writeString(BlobStoreContract.anyFile(store.path(blob)), "abcdeF");
    }

    /** Takes out of the way what made a call fail. */
    private record Healing(DirectoryBlobStore store) implements BlobStore {
        @Override
        public void put(Blob expected, Path source) {
            store.put(expected, source);
        }

        @Override
        public Blob publish(StagedBlob staged) {
            try {
                return store.publish(staged);
            } catch (RuntimeException e) {
                Disk.deleteTree(Objects.requireNonNull(store.path(staged.blob()).getParent()));
                throw e;
            }
        }

        @Override
        public boolean exists(Blob blob) {
            return store.exists(blob);
        }

        @Override
        public Path path(Blob blob) {
            return store.path(blob);
        }

        @Override
        public BlobState check(Blob blob) {
            return store.check(blob);
        }

        @Override
        public Path verify(Blob blob) {
            return store.verify(blob);
        }

        @Override
        public List<Blob> list() {
            return store.list();
        }

        @Override
        public long delete(Blob blob) {
            return store.delete(blob);
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
