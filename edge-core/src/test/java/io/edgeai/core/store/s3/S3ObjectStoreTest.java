package io.edgeai.core.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.store.Blob;
import io.edgeai.core.store.BlobStore;
import io.edgeai.core.store.BlobStoreContract;
import io.edgeai.core.store.ObjectBlobStore;
import io.edgeai.core.store.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server in this process that checks every signature by its own means. */
class S3ObjectStoreTest implements BlobStoreContract {
    private static final int FIVE_MIB = 5 << 20;

    private final Map<Path, BucketServer> servers = new ConcurrentHashMap<>();
    private final Map<BlobStore, BucketServer> opened = new ConcurrentHashMap<>();
    private final AtomicInteger doors = new AtomicInteger();
    private BucketServer server;

    @BeforeEach
    void start() throws IOException {
        server = new BucketServer();
    }

    @AfterEach
    void stop() {
        server.close();
        servers.values().forEach(BucketServer::close);
    }

    private static S3Settings settings(BucketServer at) {
        return S3Settings.of(at.uri(), "models", () -> BucketServer.WHO)
                .region("plant")
                .prefix("line 3/")
                .timeout(Duration.ofSeconds(30))
                .partBytes(FIVE_MIB);
    }

    @Override
    public BlobStore open(Path folder) {
        BucketServer own = servers.computeIfAbsent(folder, place -> {
            try {
                return new BucketServer();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        BlobStore store = ObjectBlobStore.open(
                S3ObjectStore.open(settings(own)), folder.resolve("copies" + doors.incrementAndGet()), 1 << 20);
        opened.put(store, own);
        return store;
    }

    @Override
    public void tearNextPut(BlobStore store, Blob blob) {
        opened.get(store).broken.set(3);
    }

    @Override
    public void damage(BlobStore store, Blob blob) {
        opened.get(store).objects.entrySet().stream()
                .filter(object -> object.getKey().contains(blob.digest().hex())
                        && !object.getKey().endsWith(".manifest"))
                .findFirst()
                .orElseThrow()
                .getValue()[0] ^= 1;
    }

    private static byte[] read(S3ObjectStore store, String key) throws IOException {
        try (InputStream in = store.open(key).orElseThrow()) {
            return in.readAllBytes();
        }
    }

    @Test
    void keysOfAnyKindComeBackAndPagesAreFollowed(@TempDir Path folder) throws IOException {
        S3ObjectStore store = S3ObjectStore.open(settings(server));
        Path file = Files.write(folder.resolve("file"), new byte[] {1, 2, 3});
        String[] keys = {"a b", "a+b", "ä/ö", "100%", "a&b=c", "~x", "x(1)'*!", "tail "};
        for (String key : keys) {
            store.put(key, file, Digest.of(file));
            assertThat(read(store, key)).containsExactly(1, 2, 3);
        }
        assertThat(store.list("")).extracting(StoredObject::key).containsExactlyInAnyOrder(keys);
        assertThat(store.list("a")).hasSize(3).allMatch(object -> object.sizeBytes() == 3);
        assertThat(server.objects.keySet()).allMatch(key -> key.startsWith("line 3/"));
        for (String key : keys) {
            store.delete(key);
        }
        store.delete("not there");
        assertThat(store.open("a b")).isEmpty();
        assertThat(server.objects).isEmpty();
    }

    @Test
    void whatIsLargerThanAPartGoesInParts(@TempDir Path folder) throws IOException {
        S3ObjectStore store = S3ObjectStore.open(settings(server));
        byte[] bytes = new byte[2 * FIVE_MIB + 17];
        new Random(1).nextBytes(bytes);
        Path file = Files.write(folder.resolve("file"), bytes);
        store.put("large", file, Digest.of(file));
        assertThat(server.requests.get()).as("begin, three parts, end").isEqualTo(5);
        assertThat(read(store, "large")).isEqualTo(bytes);
        assertThat(server.uploads).isEmpty();

        server.refusedPart = 2;
        assertThatThrownBy(() -> store.put("torn", file, Digest.of(file)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("(400, InvalidPart on demand)");
        assertThat(server.uploads).as("what was sent is given up").isEmpty();
        assertThat(server.objects).containsOnlyKeys("line 3/large");
    }

    @Test
    void whatPassesIsTriedThreeTimesAndWhatIsWrongOnce(@TempDir Path folder) throws IOException {
        S3ObjectStore store = S3ObjectStore.open(settings(server));
        Path file = Files.write(folder.resolve("file"), new byte[] {1, 2, 3});
        server.busy.set(1);
        server.broken.set(1);
        store.put("key", file, Digest.of(file));
        assertThat(server.requests.get()).isEqualTo(3);
        server.busy.set(3);
        assertThatThrownBy(() -> store.open("key"))
                .isInstanceOf(StorageException.class)
                .matches(e -> ((StorageException) e).retriable())
                .hasMessageContaining("(503, SlowDown on demand)");

        server.requests.set(0);
        S3Settings stranger = S3Settings.of(server.uri(), "models", () -> new S3Credentials("AKIDTEST", "guessed"))
                .region("plant");
        assertThatThrownBy(() -> S3ObjectStore.open(stranger).list(""))
                .isInstanceOf(StorageException.class)
                .matches(e -> !((StorageException) e).retriable())
                .hasMessageContaining("(403, SignatureDoesNotMatch on demand)")
                .hasMessageContaining("Maybe the keys")
                .hasMessageNotContaining("guessed");
        assertThat(server.requests.get()).isOne();
        Clock late = Clock.fixed(Instant.now().minus(Duration.ofHours(1)), ZoneOffset.UTC);
        assertThatThrownBy(
                        () -> S3ObjectStore.open(settings(server).clock(late)).list(""))
                .hasMessageContaining("this machine's clock");
    }

    @Test
    void aFileThatIsNotWhatWasAnnouncedIsRefusedByTheServer(@TempDir Path folder) throws IOException {
        S3ObjectStore store = S3ObjectStore.open(settings(server));
        Path file = Files.write(folder.resolve("file"), new byte[] {1, 2, 3});
        assertThatThrownBy(() -> store.put("key", file, Digest.of(new byte[1]))).isInstanceOf(StorageException.class);
        assertThat(server.objects).isEmpty();
    }

    @Test
    void nobodyThereIsRetriable() {
        URI nobody = server.uri();
        server.close();
        S3ObjectStore store = S3ObjectStore.open(S3Settings.of(nobody, "models", () -> BucketServer.WHO));
        assertThatThrownBy(() -> store.list(""))
                .isInstanceOf(StorageException.class)
                .matches(e -> ((StorageException) e).retriable());
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> S3Settings.of(URI.create("ftp://x"), "models", () -> BucketServer.WHO))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> S3Settings.of(server.uri(), "Models", () -> BucketServer.WHO))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> settings(server).partBytes(1)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> settings(server).prefix("/x")).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> S3Credentials.of(Map.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("AWS_ACCESS_KEY_ID");
    }
}
