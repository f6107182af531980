package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.store.Blob;
import io.edgeai.core.store.DirectoryBlobStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogTest {
    private static final ModelId M = ModelId.of("m");

    @TempDir
    Path folder;

    private Catalog catalog;

    @BeforeEach
    void open() {
        catalog = Catalog.open(new SqliteDialect(folder.resolve("registry.db")));
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    private static Entry entry(int number, Stage stage, Optional<VersionRef> parent, Map<String, String> tags) {
        return new Entry(
                new ModelVersion(
                        new VersionRef(M, number),
                        ModelFormat.TFLITE,
                        WorkloadType.RECOMMENDATION,
                        Digest.of(new byte[] {(byte) number}),
                        1L << 40,
                        Signature.UNKNOWN,
                        parent,
                        parent.isPresent() ? "pruned" : "",
                        stage,
                        Instant.parse("2026-01-02T03:04:05.000000006Z"),
                        tags),
                number % 2 == 0,
                number % 2 == 0 ? "net.xml" : "");
    }

    private void insert(Entry entry) {
        catalog.writing(() -> {
            assertThat(catalog.lastNumber(M)).isLessThan(entry.version().number());
            catalog.insert(entry);
            log(AuditAction.REGISTERED, entry);
            return entry;
        });
    }

    private void log(AuditAction action, Entry entry) throws SQLException {
        catalog.audit()
                .append(new AuditTable.Change(
                        Instant.EPOCH, "me", action, entry.ref(), "", "", null, entry.stage(), "", entry.record()));
    }

    @Test
    void whatIsWrittenIsRead() {
        Entry one = entry(1, Stage.ACTIVE, Optional.empty(), Map.of("a", "1", "b", ""));
        Entry two = entry(2, Stage.REGISTERED, Optional.of(one.ref()), Map.of("c", "'; DROP TABLE version; --"));
        insert(one);
        insert(two);
        assertThat(catalog.<Entry>reading(() -> catalog.entry(one.ref()))).isEqualTo(one);
        assertThat(catalog.<Entry>reading(() -> catalog.entry(two.ref()))).isEqualTo(two);
        assertThat(catalog.<Entry>reading(() -> catalog.entry(new VersionRef(M, 3))))
                .isNull();
        assertThat(catalog.latest(Snapshot.EMPTY).entries("m")).containsExactly(one, two);
        assertThat(catalog.reading(() -> catalog.referenced()))
                .containsExactlyInAnyOrder(
                        new Blob(one.version().digest(), false, 0),
                        new Blob(two.version().digest(), true, 0));
    }

    @Test
    void aTransactionThatThrowsLeavesNothing() {
        assertThatThrownBy(() -> catalog.writing(() -> {
                    catalog.lastNumber(M);
                    catalog.insert(entry(1, Stage.REGISTERED, Optional.empty(), Map.of()));
                    throw new LifecycleException("changed my mind");
                }))
                .isInstanceOf(LifecycleException.class);
        assertThat(catalog.<Entry>reading(() -> catalog.entry(new VersionRef(M, 1))))
                .isNull();
        insert(entry(1, Stage.REGISTERED, Optional.empty(), Map.of()));
    }

    @Test
    void theDatabaseRefusesWhatContradictsItself() {
        insert(entry(1, Stage.ACTIVE, Optional.empty(), Map.of()));
        assertThatThrownBy(() -> insert(entry(2, Stage.ACTIVE, Optional.empty(), Map.of())))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("UNIQUE");
        assertThatThrownBy(() -> insert(entry(2, Stage.REGISTERED, Optional.of(VersionRef.of("nobody", 1)), Map.of())))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("FOREIGN KEY");
    }

    @Test
    void aSnapshotFollowsOnlyWhatChanged() {
        insert(entry(1, Stage.REGISTERED, Optional.empty(), Map.of()));
        Snapshot one = catalog.reading(() -> catalog.refresh(Snapshot.EMPTY));
        assertThat(one.models()).containsExactly("m");
        assertThat(catalog.reading(() -> catalog.refresh(one)))
                .as("nothing happened")
                .isSameAs(one);
        insert(entry(2, Stage.REGISTERED, Optional.empty(), Map.of("k", "v")));
        Snapshot two = catalog.reading(() -> catalog.refresh(one));
        assertThat(two.entries("m")).hasSize(2);
        assertThat(two.entry(new VersionRef(M, 1))).as("not read again").isSameAs(one.entry(new VersionRef(M, 1)));
        assertThat(two.entry(new VersionRef(M, 2)).version().tags()).containsEntry("k", "v");
        catalog.writing(() -> {
            Entry before = two.require(new VersionRef(M, 1));
            Entry active = before.with(Standing.of(Stage.ACTIVE));
            catalog.save(before, active);
            log(AuditAction.PROMOTED, active);
            return M;
        });
        Snapshot three = catalog.reading(() -> catalog.refresh(two));
        assertThat(three.entries("m")).extracting(Entry::stage).containsExactly(Stage.ACTIVE, Stage.REGISTERED);
        assertThat(three.sequence()).isEqualTo(3);
    }

    @Test
    void whatMayChangeIsSavedAsAWhole() {
        Entry one = entry(1, Stage.REGISTERED, Optional.empty(), Map.of("k", "old"));
        insert(one);
        Entry other = one.tagged(Map.of("other", "new"))
                .with(Standing.of(Stage.CANARY)
                        .with(new Deployment("lab", Stage.ACTIVE, 100, true, 7))
                        .named(new TreeSet<>(List.of("best", "blue"))));
        for (Entry next : List.of(other, other.tagged(Map.of()), other, one)) {
            catalog.writing(() -> {
                catalog.save(java.util.Objects.requireNonNull(catalog.entry(one.ref())), next);
                return M;
            });
            assertThat(catalog.<Entry>reading(() -> catalog.entry(one.ref()))).isEqualTo(next);
        }
    }

    @Test
    void whatSeveralVersionsBecameIsReadAtOnce() {
        for (int number = 1; number <= 5; number++) {
            insert(entry(number, Stage.REGISTERED, Optional.empty(), Map.of("k", "v" + number)));
        }
        Snapshot before = catalog.latest(Snapshot.EMPTY);
        catalog.writing(() -> {
            for (int number = 2; number <= 4; number++) {
                Entry old = before.require(new VersionRef(M, number));
                Entry next = old.tagged(Map.of("k", "w" + number))
                        .with(Standing.of(Stage.SUPERSEDED).named(new TreeSet<>(List.of("a" + number))));
                catalog.save(old, next);
                log(AuditAction.TAGGED, next);
                log(AuditAction.SUPERSEDED, next);
            }
            return M;
        });
        Snapshot after = catalog.latest(before);
        assertThat(after.damaged()).isEmpty();
        assertThat(after.entries("m")).isEqualTo(catalog.latest(Snapshot.EMPTY).entries("m"));
        assertThat(after.entry(new VersionRef(M, 1))).isSameAs(before.entry(new VersionRef(M, 1)));
        assertThat(after.entry(new VersionRef(M, 5))).isSameAs(before.entry(new VersionRef(M, 5)));
        assertThat(after.aliased("m", "a3")).isEqualTo(after.entry(new VersionRef(M, 3)));
        assertThat(catalog.latest(after)).as("nothing happened since").isSameAs(after);
    }

    @Test
    void anEntryDatedBeforeTheLastTakesTheLastOnesTime() {
        Entry one = entry(1, Stage.REGISTERED, Optional.empty(), Map.of());
        insert(one);
        List<Instant> times = catalog.writing(() -> {
            for (int second : new int[] {5, 3, 8}) {
                catalog.audit()
                        .append(new AuditTable.Change(
                                Instant.ofEpochSecond(second),
                                "me",
                                AuditAction.NOTED,
                                one.ref(),
                                "",
                                "",
                                null,
                                null,
                                "",
                                one.record()));
            }
            return catalog.audit().of("m").stream().map(AuditEntry::at).toList();
        });
        assertThat(times).extracting(Instant::getEpochSecond).containsExactly(0L, 5L, 5L, 8L);
    }

    @Test
    void openingTwiceKeepsTheSchema() {
        insert(entry(1, Stage.REGISTERED, Optional.empty(), Map.of()));
        try (Catalog again = Catalog.open(new SqliteDialect(folder.resolve("registry.db")))) {
            assertThat(again.<Entry>reading(() -> again.entry(new VersionRef(M, 1))))
                    .isNotNull();
        }
    }

    @Test
    void verifiedBytesAreHashedAgainOnlyWhereTheFileChanged() throws IOException {
        try (DirectoryBlobStore store = DirectoryBlobStore.open(folder)) {
            Blob blob = store.put("some bytes".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            VerifiedBytes verified = new VerifiedBytes(store);
            Path path = verified.path(blob);
            FileTime modified = Files.getLastModifiedTime(path);
            overwrite(path);
            Files.setLastModifiedTime(path, modified);
            // Size, time and identity are as they were: the documented blind spot within one process.
            assertThat(verified.path(blob)).isEqualTo(path);
            assertThatThrownBy(() -> new VerifiedBytes(store).path(blob)).isInstanceOf(ModelIntegrityException.class);
            Files.setLastModifiedTime(path, FileTime.from(modified.toInstant().plusSeconds(1)));
            assertThatThrownBy(() -> verified.path(blob)).isInstanceOf(ModelIntegrityException.class);
        }
    }

    @Test
    void aReplacedFileIsNoticedByItsIdentity() throws IOException {
        try (DirectoryBlobStore store = DirectoryBlobStore.open(folder)) {
            Blob blob = store.put("some bytes".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            VerifiedBytes verified = new VerifiedBytes(store);
            Path path = verified.path(blob);
            FileTime modified = Files.getLastModifiedTime(path);
            Path other = Files.writeString(folder.resolve("other"), "SOME BYTES");
            Files.setLastModifiedTime(other, modified);
            Files.move(other, path, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            assertThatThrownBy(() -> verified.path(blob)).isInstanceOf(ModelIntegrityException.class);
        }
    }

    private static void overwrite(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {'S'}));
        }
    }
}
