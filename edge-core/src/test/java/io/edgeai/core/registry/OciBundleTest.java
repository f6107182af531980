package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.runtime.TinyModels;
import io.edgeai.core.signing.SigningKey;
import io.edgeai.core.signing.VerifyingKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OciBundleTest {
    @TempDir
    Path folder;

    private EdgeModelRegistry from;
    private EdgeModelRegistry to;
    private PlainLayout layout;
    private ModelVersion original;
    private ModelVersion derived;

    @BeforeEach
    void open() throws IOException {
        from = RegistryModels.open(folder.resolve("from"));
        to = RegistryModels.open(folder.resolve("to"));
        layout = new PlainLayout(folder.resolve("layout"));
        original = from.register("parts", TinyModels.affine(1), r -> r.workload(WorkloadType.COMPUTER_VISION)
                .tag("site", "nörd"));
        Path source = Files.createDirectories(folder.resolve("ov/deep"));
        Files.writeString(source.resolve("notes.txt"), "of no use");
        Files.writeString(folder.resolve("ov/net.bin"), "weights");
        Path graph = Files.writeString(folder.resolve("ov/net.xml"), "<net name=\"n\" version=\"11\"></net>");
        derived = from.register("parts-small", graph, r -> r.derivedFrom(original.ref(), "converted"));
    }

    @AfterEach
    void close() {
        from.close();
        to.close();
    }

    private void export(Path target) {
        from.exportOci(target, List.of(derived.ref(), original.ref(), original.ref()));
    }

    @Test
    void whatIsWrittenIsALayoutByTheSpecification() throws IOException {
        export(layout.folder());
        layout.check();
        JsonNode single = layout.manifest("parts-1").get("layers");
        assertThat(single).singleElement().satisfies(layer -> {
            assertThat(layer.get("digest").textValue())
                    .as("the digest that the registry knows the bytes by")
                    .isEqualTo(original.digest().toString());
            assertThat(layout.blob(layer)).hasBinaryContent(Files.readAllBytes(from.file(original.ref())));
        });
        Map<String, String> files = new HashMap<>();
        for (JsonNode layer : layout.manifest("parts-small-1").get("layers")) {
            String title =
                    layer.at("/annotations/org.opencontainers.image.title").textValue();
            files.put(title, Files.readString(layout.blob(layer)));
        }
        assertThat(files).isEqualTo(Map.of("net.bin", "weights", "net.xml", "<net name=\"n\" version=\"11\"></net>"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"layout", "layout.tar"})
    void aVersionArrivesWithAllItsRecordButItsStage(String name) {
        from.promote(original.ref(), "go");
        export(folder.resolve(name));
        Map<VersionRef, ModelVersion> mapped = to.importFrom(folder.resolve(name));
        assertThat(mapped).containsOnlyKeys(original.ref(), derived.ref());
        ModelVersion here = to.get(original.ref());
        assertThat(here.stage()).isEqualTo(Stage.REGISTERED);
        assertThat(here.tags()).isEqualTo(Map.of("site", "nörd"));
        assertThat(here.workload()).isEqualTo(WorkloadType.COMPUTER_VISION);
        assertThat(here.signature()).isEqualTo(original.signature());
        assertThat(to.lineage(derived.ref()))
                .extracting(ModelVersion::ref)
                .containsExactly(original.ref(), derived.ref());
        assertThat(to.file(derived.ref()).resolveSibling("net.bin")).hasContent("weights");
        assertThat(to.verify().ok()).isTrue();
        assertThat(to.importFrom(folder.resolve(name))).as("a second time").isEqualTo(mapped);
        assertThat(to.versions("parts")).hasSize(1);
    }

    @Test
    void otherTarsReadOursAndOursReadsTheirs() throws Exception {
        assumeTrue(PlainLayout.tar("--version"), "skipped: this machine has no tar");
        Path ours = folder.resolve("ours.tar");
        export(ours);
        Files.createDirectory(layout.folder());
        assertThat(PlainLayout.tar("-xf", ours.toString(), "-C", layout.folder().toString()))
                .isTrue();
        layout.check();
        Path theirs = folder.resolve("theirs.tar");
        assertThat(PlainLayout.tar(
                        "-cf", theirs.toString(), "-C", layout.folder().toString(), "."))
                .isTrue();
        assertThat(to.importFrom(theirs)).containsOnlyKeys(original.ref(), derived.ref());
        assertThat(to.verify().ok()).isTrue();
    }

    @Test
    void theSameVersionsMakeTheSameBytes() throws IOException {
        Path first = folder.resolve("first.tar");
        Path second = folder.resolve("second.tar");
        export(first);
        export(second);
        assertThat(second).hasSameBinaryContentAs(first);
    }

    @Test
    void equalBytesTravelOnce() throws IOException {
        ModelVersion again = from.register("copy", TinyModels.affine(1), r -> {});
        from.exportOci(layout.folder(), List.of(original.ref(), again.ref()));
        layout.check();
        assertThat(layout.blobs()).as("one model, two records, two manifests").hasSize(5);
    }

    @Test
    void anInterruptedExportGoesOnWhereItWas() throws IOException {
        export(layout.folder());
        Map<String, Object> identities = new HashMap<>();
        for (String blob : layout.blobs()) {
            identities.put(blob, identity(blob));
        }
        List<String> blobs = List.copyOf(layout.blobs());
        Files.delete(layout.folder().resolve("index.json"));
        Files.delete(place(blobs.get(0)));
        byte[] damaged = Files.readAllBytes(place(blobs.get(1)));
        damaged[0] ^= 1;
        Files.write(place(blobs.get(1)), damaged);
        Files.writeString(layout.folder().resolve("blobs/sha256/" + blobs.get(0) + ".part"), "half a bl");

        export(layout.folder());
        layout.check();
        for (String blob : blobs.subList(2, blobs.size())) {
            assertThat(identity(blob)).as("%s is not written again", blob).isEqualTo(identities.get(blob));
        }
    }

    private Path place(String blob) {
        return layout.folder().resolve("blobs/sha256").resolve(blob);
    }

    private Object identity(String blob) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(place(blob), BasicFileAttributes.class);
        return List.of(String.valueOf(attributes.fileKey()), attributes.lastModifiedTime());
    }

    @Test
    void aLayoutIsAddedToAndAVersionStandsInItOnce() throws IOException {
        from.exportOci(layout.folder(), List.of(original.ref()));
        from.annotations().tag(original.ref(), "site", "south");
        export(layout.folder());
        assertThat(layout.index().get("manifests")).hasSize(2);
        assertThat(to.importFrom(layout.folder())).hasSize(2);
        assertThat(to.get(original.ref()).tags()).containsEntry("site", "south");
    }

    @Test
    void aNameThatIsNoTagIsLeftOut() throws IOException {
        ModelVersion odd = from.register("a..b_", TinyModels.affine(1), r -> {});
        from.exportOci(layout.folder(), List.of(odd.ref()));
        layout.check();
        assertThat(layout.index().at("/manifests/0/annotations").isMissingNode())
                .isTrue();
        assertThat(to.importFrom(layout.folder())).containsOnlyKeys(odd.ref());
    }

    @Test
    void otherArtifactsArePassedOver() throws IOException {
        from.exportOci(layout.folder(), List.of(original.ref()));
        ObjectNode index = layout.index();
        ObjectNode image = index.objectNode().put("schemaVersion", 2);
        layout.point(image.putObject("config").put("mediaType", "application/vnd.oci.image.config.v1+json"), "{}");
        layout.point(
                image.putArray("layers").addObject().put("mediaType", "application/vnd.oci.image.layer.v1.tar"), "t");
        ObjectNode other = index.objectNode().put("mediaType", "application/vnd.oci.image.manifest.v1+json");
        layout.point(other, image.toString());
        ArrayNode manifests = (ArrayNode) index.get("manifests");
        manifests.add(other);
        layout.writeIndex(index);
        assertThat(to.importFrom(layout.folder())).containsOnlyKeys(original.ref());
        manifests.remove(0);
        layout.writeIndex(index);
        assertThatThrownBy(() -> to.importFrom(layout.folder()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("no manifest of type application/vnd.edgeai.model.v1");
    }

    @Test
    void signaturesTravelAndAreChecked() throws IOException {
        SigningKey key = SigningKey.generate();
        VerifyingKey stranger = SigningKey.generate().verifying();
        from.annotations().sign(original.ref(), key);
        from.exportOci(layout.folder(), List.of(original.ref()));
        unsigned(List.of(stranger));
        assertThat(to.importFrom(layout.folder(), List.of(stranger, key.verifying())))
                .containsOnlyKeys(original.ref());
        assertThat(to.get(original.ref()).tags())
                .containsEntry(
                        "signature." + key.verifying().id(),
                        from.get(original.ref())
                                .tags()
                                .get("signature." + key.verifying().id()));
    }

    @Test
    void aSignatureOverSomethingElseIsNone() throws IOException {
        SigningKey key = SigningKey.generate();
        from.annotations().sign(original.ref(), key);
        from.exportOci(layout.folder(), List.of(original.ref()));
        layout.forgeRecord(record -> record.put("ref", "brakes@1"));
        unsigned(List.of(key.verifying()));
        layout.forgeRecord(record -> record.put("ref", "parts@1"));
        layout.forgeManifest(manifest -> layout.point((ObjectNode) manifest.at("/layers/0"), "other bytes"));
        layout.forgeRecord(
                record -> record.put("digest", PlainLayout.sha256("other bytes".getBytes(StandardCharsets.UTF_8)))
                        .put("sizeBytes", 11));
        unsigned(List.of(key.verifying()));
    }

    private void unsigned(List<VerifyingKey> trusted) {
        assertThatThrownBy(() -> to.importFrom(layout.folder(), trusted))
                .isInstanceOf(ModelIntegrityException.class)
                .hasMessageContaining("has no signature by any of")
                .hasMessageContaining("Maybe");
        assertThat(to.models()).isEmpty();
        assertThat(to.gc()).isZero();
    }
}
