package io.edgeai.core.registry;

import static io.edgeai.core.registry.RegistryModels.ref;
import static io.edgeai.core.registry.RegistryModels.register;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.store.Blob;
import io.edgeai.core.store.BlobState;
import io.edgeai.core.store.BlobStore;
import io.edgeai.core.store.DirectoryBlobStore;
import io.edgeai.core.store.StagedBlob;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry whose bytes lie where the host wants them. */
class GivenBlobStoreTest {
    private static final byte[] BYTES = {1, 2, 3};

    /** A store elsewhere: what is put appears there by copying only, and a call fails on demand. */
    private static final class Elsewhere implements BlobStore {
        private final DirectoryBlobStore store;
        private boolean failing;
        private boolean closed;
        private int prepared;

        Elsewhere(Path folder) {
            this.store = DirectoryBlobStore.open(folder);
        }

        @Override
        public void put(Blob expected, Path source) {
            if (failing) {
                throw StorageException.retriable("Failed on demand. Maybe try again.", null);
            }
            store.put(expected, source);
        }

        @Override
        public void prepare(StagedBlob staged) {
            prepared++;
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
            closed = true;
            store.close();
        }
    }

    private static EdgeModelRegistry open(Path home, BlobStore store) {
        return RegistryModels.builder(home).blobs(store).build();
    }

    @Test
    void bytesGoToTheGivenStoreAndNowhereElse(@TempDir Path folder) {
        try (Elsewhere store = new Elsewhere(folder.resolve("elsewhere"))) {
            try (EdgeModelRegistry registry = open(folder.resolve("home"), store)) {
                ModelVersion one = register(registry, "m", BYTES);
                assertThat(store.prepared).isOne();
                assertThat(registry.file(one.ref())).hasBinaryContent(BYTES).startsWith(folder.resolve("elsewhere"));
                assertThat(folder.resolve("home/blobs")).doesNotExist();
                assertThat(registry.verify().ok()).isTrue();
                registry.retire(one.ref(), "old");
                registry.erase(one.ref(), "gone");
                assertThat(store.list()).isEmpty();
            }
            assertThat(store.closed).as("its opener closes it").isFalse();
        }
    }

    @Test
    void aStoreThatFailsLeavesNoRecordAndNothingStaged(@TempDir Path folder) {
        try (Elsewhere store = new Elsewhere(folder.resolve("elsewhere"));
                EdgeModelRegistry registry = open(folder.resolve("home"), store)) {
            store.failing = true;
            assertThatThrownBy(() -> register(registry, "m", BYTES)).isInstanceOf(StorageException.class);
            assertThat(registry.versions("m")).isEmpty();
            store.failing = false;
            assertThat(register(registry, "m", BYTES).ref()).isEqualTo(ref("m", 1));
        }
    }

    @Test
    void garbageIsCollectedAndDamageFoundThere(@TempDir Path folder) throws Exception {
        try (Elsewhere store = new Elsewhere(folder.resolve("elsewhere"));
                EdgeModelRegistry registry = open(folder.resolve("home"), store)) {
            ModelVersion one = register(registry, "m", BYTES);
            store.store.put(new byte[10]);
            assertThat(registry.gc()).isEqualTo(10);
            Files.write(store.list().stream().map(store::path).findFirst().orElseThrow(), new byte[3]);
            assertThatThrownBy(() -> registry.file(one.ref())).isInstanceOf(ModelIntegrityException.class);
            assertThat(registry.verify().ok()).isFalse();
        }
    }

    @Test
    void exportsAndImportsGoThroughIt(@TempDir Path folder) {
        Path zip = folder.resolve("m.zip");
        try (EdgeModelRegistry plain = RegistryModels.open(folder.resolve("plain"))) {
            register(plain, "m", BYTES);
            plain.exportTo(zip, List.of(ref("m", 1)));
        }
        try (Elsewhere store = new Elsewhere(folder.resolve("elsewhere"));
                EdgeModelRegistry registry = open(folder.resolve("home"), store)) {
            assertThat(registry.importFrom(zip)).containsKey(ref("m", 1));
            assertThat(store.list()).hasSize(1);
            registry.exportOci(folder.resolve("oci"), List.of(ref("m", 1)));
            assertThat(registry.importFrom(folder.resolve("oci"))).containsKey(ref("m", 1));
        }
    }

    @Test
    void onePlaceIsEnough(@TempDir Path folder) {
        try (Elsewhere store = new Elsewhere(folder.resolve("elsewhere"))) {
            assertThatThrownBy(() -> RegistryModels.builder(folder)
                            .blobs(folder)
                            .blobs(store)
                            .build())
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("two places");
        }
    }
}
