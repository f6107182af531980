package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Signature;
import io.edgeai.core.store.BlobLimits;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layouts that are damaged, half there or made to do harm. Whatever is refused leaves nothing behind. */
class OciBundleDamageTest {
    private static final BlobLimits LIMITS = new BlobLimits(1 << 20, 8, 3);
    private static final long SEED = 20261126;

    @TempDir
    Path folder;

    private EdgeModelRegistry from;
    private EdgeModelRegistry to;
    private PlainLayout layout;
    private ModelVersion version;

    @BeforeEach
    void export() throws IOException {
        from = RegistryModels.open(folder.resolve("from"));
        to = EdgeModelRegistry.builder()
                .home(folder.resolve("to"))
                .limits(LIMITS)
                .gates(AcceptingGate.ONLY)
                .build();
        Path source = Files.createDirectories(folder.resolve("source"));
        Files.writeString(source.resolve("a"), "first");
        Files.writeString(source.resolve("b"), "second");
        version =
                from.register("m", source, r -> r.format(ModelFormat.TENSORFLOW).signature(Signature.UNKNOWN));
        layout = new PlainLayout(folder.resolve("layout"));
        from.exportOci(layout.folder(), List.of(version.ref()));
    }

    @AfterEach
    void close() {
        from.close();
        to.close();
    }

    private void refused(Class<? extends EdgeException> type, String why) throws IOException {
        Refusal.of(to, layout.folder(), type, why);
        nothingArrived();
    }

    private void nothingArrived() throws IOException {
        Refusal.nothingArrived(to);
        assertThat(folder.resolve("evil")).doesNotExist();
    }

    private static ObjectNode layer(ObjectNode manifest, int which) {
        return (ObjectNode) manifest.get("layers").get(which);
    }

    private static void title(ObjectNode layer, String title) {
        ((ObjectNode) layer.get("annotations")).put("org.opencontainers.image.title", title);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../evil", "x/../../evil", "/evil", "C:/evil", "x\\evil", "x//y", "x/.", "", "x\u0000y", "x\ny"})
    void aFileThatWouldLieElsewhereIsRefused(String path) throws IOException {
        layout.forgeManifest(manifest -> title(layer(manifest, 0), path));
        refused(InvalidInputException.class, "cannot be part of a model");
    }

    @Test
    void namesThatAreTooLongOrTooDeepAreRefused() throws IOException {
        layout.forgeManifest(manifest -> title(layer(manifest, 0), "ö".repeat(128)));
        refused(InvalidInputException.class, "cannot be part of a model");
        layout.forgeManifest(manifest -> title(layer(manifest, 0), "1/2/3/4/deep"));
        refused(InvalidInputException.class, "deeper than (3) levels");
    }

    @Test
    void twoFilesOfOnePathAreRefused() throws IOException {
        layout.forgeManifest(manifest -> title(layer(manifest, 0), "b"));
        refused(InvalidInputException.class, "(b) is taken twice");
    }

    @Test
    void bytesThatAreNotTheRecordsAreRefused() throws IOException {
        layout.forgeManifest(manifest -> layout.point(layer(manifest, 1), "another"));
        refused(ModelFormatException.class, "the bytes of m@1 do not match their digest");
    }

    @Test
    void aBlobThatIsNotWhatItsNameSaysIsRefused() throws IOException {
        Path blob =
                layout.blob(layout.document(layout.index().at("/manifests/0")).get("config"));
        byte[] bytes = Files.readAllBytes(blob);
        bytes[bytes.length - 1] ^= 1;
        Files.write(blob, bytes);
        refused(ModelFormatException.class, "is not what its digest says");
    }

    @Test
    void aTransferThatHasNotEndedIsSaidBeforeAnythingIsCopied() throws IOException {
        for (int layer = 0; layer < 2; layer++) {
            Files.delete(layout.blob(layout.manifest("m-1").get("layers").get(layer)));
        }
        refused(ModelFormatException.class, "it lacks (2) blobs");
        from.exportOci(layout.folder(), List.of(version.ref()));
        assertThat(to.importFrom(layout.folder())).containsOnlyKeys(version.ref());
    }

    @Test
    void aBlobOfAnotherLengthIsRefused() throws IOException {
        Files.writeString(layout.blob(layout.manifest("m-1").get("layers").get(0)), "longer than before");
        refused(ModelFormatException.class, "has (18) bytes and not (5)");
    }

    @Test
    void sizesAndNumbersPastTheLimitsAreRefusedUnread() throws IOException {
        Path huge = layout.blob(layout.manifest("m-1").get("layers").get(0));
        try (RandomAccessFile sparse = new RandomAccessFile(huge.toFile(), "rw")) {
            sparse.setLength(1L << 40);
        }
        layout.forgeManifest(manifest -> layer(manifest, 0).put("size", 1L << 40));
        refused(InvalidInputException.class, "has more than (1048576) bytes");
        layout.forgeManifest(manifest -> {
            ArrayNode layers = (ArrayNode) manifest.get("layers");
            for (int i = 0; i < LIMITS.maxFiles(); i++) {
                layers.add(layer(manifest, 1).deepCopy());
            }
        });
        refused(ModelFormatException.class, "(10) layers, more than (8)");
    }

    @Test
    void aRecordOrIndexOfHugeLengthIsRefusedUnread() throws IOException {
        Path record = layout.blob(layout.manifest("m-1").get("config"));
        try (RandomAccessFile sparse = new RandomAccessFile(record.toFile(), "rw")) {
            sparse.setLength(1L << 40);
        }
        layout.forgeManifest(manifest -> ((ObjectNode) manifest.get("config")).put("size", 1L << 40));
        refused(ModelFormatException.class, "more than (4194304)");
        try (RandomAccessFile sparse =
                new RandomAccessFile(layout.folder().resolve("index.json").toFile(), "rw")) {
            sparse.setLength(1L << 40);
        }
        refused(ModelFormatException.class, "more than (4194304)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"digest\":\"sha512:00\",\"size\":1}",
                "{\"digest\":\"sha256:../../../etc/passwd\",\"size\":1}",
                "{\"size\":-1}",
                "{\"size\":99999999999999999999}",
                "{\"size\":\"5\"}",
                "{\"mediaType\":\"nonsense\"}",
                "{\"annotations\":{\"k\":1}}"
            })
    void aDescriptorThatIsNoneIsRefused(String change) throws IOException {
        ObjectNode index = layout.index();
        ((ObjectNode) index.at("/manifests/0")).setAll((ObjectNode) new ObjectMapper().readTree(change));
        layout.writeIndex(index);
        refused(ModelFormatException.class, "is no whole OCI image layout");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"imageLayoutVersion\":\"2.0.0\"}"})
    void anotherLayoutsHeaderIsRefused(String header) throws IOException {
        Files.writeString(layout.folder().resolve("oci-layout"), header);
        refused(ModelFormatException.class, "is no whole OCI image layout");
    }

    @Test
    void anIndexNestedWithoutEndIsRefused() throws IOException {
        Files.writeString(layout.folder().resolve("index.json"), "[".repeat(1 << 20));
        refused(ModelFormatException.class, "is no JSON");
    }

    @Test
    void linksAreNotFollowedWhenReading() throws IOException {
        Path blob = layout.blob(layout.manifest("m-1").get("layers").get(0));
        Path outside = Files.writeString(folder.resolve("outside"), "first");
        Files.delete(blob);
        Files.createSymbolicLink(blob, outside);
        refused(ModelFormatException.class, "it lacks (1) blobs");
        Files.delete(blob);
        Files.writeString(blob, "first");
        Path moved = Files.move(layout.folder().resolve("blobs"), folder.resolve("moved"));
        Files.createSymbolicLink(layout.folder().resolve("blobs"), moved);
        refused(ModelFormatException.class, "it lacks (1) blobs");
    }

    @Test
    void linksAreNotFollowedWhenWriting() throws IOException {
        Path target = Files.createDirectories(folder.resolve("target"));
        Path outside = Files.createDirectories(folder.resolve("outside"));
        Files.createSymbolicLink(target.resolve("blobs"), outside);
        assertThatThrownBy(() -> from.exportOci(target, List.of(version.ref())))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no folder of blobs");
        assertThat(outside).isEmptyDirectory();
        Path precious = Files.writeString(folder.resolve("precious"), "mine");
        Path blob = layout.blob(layout.manifest("m-1").get("layers").get(0));
        for (Path link : List.of(blob, layout.folder().resolve("index.json"))) {
            Files.delete(link);
            Files.createSymbolicLink(link, precious);
        }
        from.exportOci(layout.folder(), List.of(version.ref()));
        assertThat(precious).hasContent("mine");
        layout.check();
    }

    static Stream<String> tarMembers() {
        return Stream.of("symbolic link", "hard link", "twice");
    }

    @ParameterizedTest
    @MethodSource("tarMembers")
    void aTarWithWhatNoLayoutNeedsIsRefused(String what) throws Exception {
        Path tar = folder.resolve("bad.tar");
        Path index = layout.folder().resolve("index.json");
        String home = layout.folder().toString();
        switch (what) {
            case "symbolic link" -> Files.createSymbolicLink(layout.folder().resolve("link"), index);
            case "hard link" -> Files.createLink(layout.folder().resolve("zlink"), index);
            default -> {}
        }
        assumeTrue(PlainLayout.tar("-cf", tar.toString(), "-C", home, "."), "skipped: this machine has no tar");
        if (what.equals("twice")) {
            assertThat(PlainLayout.tar("-rf", tar.toString(), "-C", home, "./index.json"))
                    .isTrue();
        }
        assertThatThrownBy(() -> to.importFrom(tar))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(what.equals("twice") ? "two entries (index.json)" : "neither file nor folder");
        nothingArrived();
    }

    @Test
    void aTarCutAnywhereIsRefusedWhole() throws IOException {
        Path tar = folder.resolve("whole.tar");
        from.exportOci(tar, List.of(version.ref()));
        byte[] whole = Files.readAllBytes(tar);
        Path cut = folder.resolve("cut.tar");
        for (int length = 0; length < whole.length - 2 * 512; length += 61) {
            Files.write(cut, Arrays.copyOf(whole, length));
            int at = length;
            assertThatThrownBy(() -> to.importFrom(cut))
                    .as("%d of %d bytes", at, whole.length)
                    .isInstanceOf(ModelFormatException.class);
        }
        nothingArrived();
    }

    @Test
    void aTarChangedAnywhereNeverArrivesWrong() throws IOException {
        Path tar = folder.resolve("whole.tar");
        from.exportOci(tar, List.of(version.ref()));
        byte[] whole = Files.readAllBytes(tar);
        Path changed = folder.resolve("changed.tar");
        Random random = new Random(SEED);
        int refusals = 0;
        for (int i = 0; i < 400; i++) {
            byte[] bytes = whole.clone();
            int at = random.nextInt(bytes.length);
            bytes[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(changed, bytes);
            try {
                assertThat(to.importFrom(changed))
                        .as("byte %d, seed %d", at, SEED)
                        .containsOnlyKeys(version.ref());
                assertThat(to.get(version.ref()).digest()).isEqualTo(version.digest());
            } catch (EdgeException e) {
                assertThat(e).hasMessageContaining("changed.tar");
                refusals++;
            }
        }
        assertThat(refusals).isGreaterThan(100);
        assertThat(to.versions("m")).hasSizeLessThanOrEqualTo(1);
        assertThat(to.verify().ok()).isTrue();
    }
}
