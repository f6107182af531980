package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.runtime.TinyModels;
import io.edgeai.core.store.BlobLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

class ModelArchiveTest extends ArchivesBetweenRegistries {
    private ModelVersion add(EdgeModelRegistry registry, String model, float factor) {
        return registry.register(model, TinyModels.affine(factor), r -> {});
    }

    /** A folder with a graph and its weights, as OpenVINO keeps them. */
    private Path openvino() throws IOException {
        Path source = Files.createDirectories(folder.resolve("ov"));
        Files.writeString(source.resolve("net.bin"), "weights");
        return Files.writeString(source.resolve("net.xml"), "<net name=\"n\" version=\"11\"></net>");
    }

    @Test
    void aVersionArrivesWithAllItsRecordButItsStage() throws IOException {
        ModelVersion origin = from.register("m", TinyModels.affine(1), r -> r.workload(WorkloadType.NLP_PROCESSING)
                .tag("k", "v"));
        ModelVersion derived = from.register("m-small", openvino(), r -> r.derivedFrom(origin.ref(), "converted"));
        from.promote(origin.ref(), "go");
        from.exportTo(zip, List.of(derived.ref(), origin.ref(), origin.ref()));

        Map<VersionRef, ModelVersion> mapped = to.importFrom(zip);
        assertThat(mapped).containsOnlyKeys(origin.ref(), derived.ref());
        ModelVersion here = to.get(origin.ref());
        assertThat(here.stage()).isEqualTo(Stage.REGISTERED);
        assertThat(here.tags()).isEqualTo(Map.of("k", "v"));
        assertThat(here.workload()).isEqualTo(WorkloadType.NLP_PROCESSING);
        assertThat(here.signature()).isEqualTo(origin.signature());
        assertThat(here.digest()).isEqualTo(origin.digest());
        assertThat(to.lineage(derived.ref()))
                .extracting(ModelVersion::ref)
                .containsExactly(origin.ref(), derived.ref());
        Path graph = to.file(derived.ref());
        assertThat(graph.getFileName()).hasToString("net.xml");
        assertThat(graph.resolveSibling("net.bin")).hasContent("weights");
        assertThat(to.verify().ok()).isTrue();
        assertThat(to.audit("m")).singleElement().satisfies(entry -> {
            assertThat(entry.action()).isEqualTo(AuditAction.IMPORTED);
            assertThat(entry.detail()).startsWith("was m@1 of ");
        });
    }

    @Test
    void importingTwiceChangesNothing() {
        add(from, "m", 1);
        add(from, "m", 2);
        from.exportTo(zip, List.of(VersionRef.of("m", 1), VersionRef.of("m", 2)));
        Map<VersionRef, ModelVersion> first = to.importFrom(zip);
        assertThat(to.importFrom(zip)).isEqualTo(first);
        assertThat(to.versions("m")).hasSize(2);
        assertThat(from.importFrom(zip)).containsOnlyKeys(VersionRef.of("m", 1), VersionRef.of("m", 2));
        assertThat(from.versions("m")).hasSize(2);
    }

    @Test
    void numbersAreKeptWhereFreeAndMappedWhereTaken() {
        for (int i = 1; i <= 4; i++) {
            add(from, "m", i);
        }
        ModelVersion child = from.register("m", TinyModels.affine(5), r -> r.derivedFrom(VersionRef.of("m", 2), "x"));
        from.exportTo(zip, List.of(VersionRef.of("m", 2), VersionRef.of("m", 4), child.ref()));
        add(to, "m", 100);
        add(to, "m", 101);
        add(to, "m", 102);
        Map<VersionRef, ModelVersion> mapped = to.importFrom(zip);
        assertThat(mapped.get(VersionRef.of("m", 2)).number())
                .as("2 is taken by other bytes")
                .isEqualTo(4);
        assertThat(mapped.get(VersionRef.of("m", 4)).number())
                .as("4 is taken just now")
                .isEqualTo(5);
        assertThat(mapped.get(child.ref()).number()).isEqualTo(6);
        assertThat(to.get(VersionRef.of("m", 6)).parent()).contains(VersionRef.of("m", 4));
        assertThat(add(to, "m", 7).number()).isEqualTo(7);
    }

    @Test
    void aGapIsKeptSoThatNumbersMeanTheSameOnBothSides() {
        for (int i = 1; i <= 3; i++) {
            add(from, "m", i);
        }
        from.exportTo(zip, List.of(VersionRef.of("m", 3)));
        to.importFrom(zip);
        assertThat(to.versions("m")).extracting(ModelVersion::number).containsExactly(3);
        assertThat(add(to, "m", 9).number()).isEqualTo(4);
    }

    @Test
    void aParentThatWasNotExportedIsNamedInTheAudit() {
        ModelVersion origin = add(from, "m", 1);
        ModelVersion derived = from.register("m", TinyModels.affine(2), r -> r.derivedFrom(origin.ref(), "int8"));
        from.exportTo(zip, List.of(derived.ref()));
        add(to, "m", 77); // has the parent's name and is another model
        ModelVersion here = to.importFrom(zip).get(derived.ref());
        assertThat(here.parent()).isEmpty();
        assertThat(here.derivation()).isEqualTo("int8");
        assertThat(to.audit("m").get(1).detail()).contains("derived from m@1 there, which was not exported");
    }

    @Test
    void damagedBytesAreNeitherExportedNorImported() throws IOException {
        ModelVersion version = add(from, "m", 1);
        from.exportTo(zip, List.of(version.ref()));
        rewrite(entry -> entry.startsWith("blobs/")
                ? bytes -> {
                    bytes[40] ^= 1;
                    return bytes;
                }
                : bytes -> bytes);
        assertThatThrownBy(() -> to.importFrom(zip))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("the bytes of m@1 do not match their digest");
        nothingArrived();
        Files.write(from.file(version.ref()), new byte[] {1});
        Path other = folder.resolve("other.zip");
        assertThatThrownBy(() -> from.exportTo(other, List.of(version.ref())))
                .isInstanceOf(ModelIntegrityException.class);
        assertThat(other).doesNotExist();
        assertThat(folder.resolve("other.zip.part")).doesNotExist();
    }

    @Test
    void archivesThatAreNoneAreRefused() throws IOException {
        Files.writeString(zip, "not a zip");
        assertThatThrownBy(() -> to.importFrom(zip))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("Maybe");
        writeTexts(Map.of("a.txt", "x"));
        assertThatThrownBy(() -> to.importFrom(zip)).hasMessageContaining("has no edgeai-archive.json");
        writeTexts(Map.of("edgeai-archive.json", "{\"format\":2}"));
        assertThatThrownBy(() -> to.importFrom(zip)).hasMessageContaining("format (2)");
        writeTexts(Map.of("edgeai-archive.json", "{\"format\":1,\"versions\":[{\"ref\":\"nonsense\"}]}"));
        assertThatThrownBy(() -> to.importFrom(zip)).hasMessageContaining("a record cannot be read");
        writeTexts(Map.of("edgeai-archive.json", "{broken"));
        assertThatThrownBy(() -> to.importFrom(zip)).isInstanceOf(ModelFormatException.class);
        nothingArrived();
    }

    @Test
    void missingBytesAreSaid() throws IOException {
        add(from, "m", 1);
        from.exportTo(zip, List.of(VersionRef.of("m", 1)));
        String index = read("edgeai-archive.json");
        writeTexts(Map.of("edgeai-archive.json", index));
        assertThatThrownBy(() -> to.importFrom(zip)).hasMessageContaining("lacks blobs/");
        writeTexts(Map.of("edgeai-archive.json", index.replace("\"tree\" : false", "\"tree\" : true")));
        assertThatThrownBy(() -> to.importFrom(zip))
                .hasMessageContaining("lacks blobs/")
                .hasMessageContaining(".tree/");
        nothingArrived();
    }

    @Test
    void anArchiveCannotReachOutOfItsFolder() throws IOException {
        ModelVersion version = from.register("m", openvino());
        from.exportTo(zip, List.of(version.ref()));
        String index = read("edgeai-archive.json");
        rewrite(entry -> entry.equals("edgeai-archive.json")
                ? bytes -> index.replace("\"net.xml\"", "\"../../../../registry.db\"")
                        .getBytes(StandardCharsets.UTF_8)
                : bytes -> bytes);
        assertThatThrownBy(() -> to.importFrom(zip))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("is not among its own");
        Map<String, String> evil = new LinkedHashMap<>();
        evil.put("edgeai-archive.json", index);
        evil.put("blobs/" + version.digest().hex() + ".tree/../../../evil", "x");
        writeTexts(evil);
        assertThatThrownBy(() -> to.importFrom(zip)).isInstanceOf(InvalidInputException.class);
        assertThat(folder.resolve("evil")).doesNotExist();
        nothingArrived();
    }

    @Test
    void versionsThatDeriveFromEachOtherInACircleAreRefused() throws IOException {
        ModelVersion a = add(from, "a", 1);
        ModelVersion b = from.register("b", TinyModels.affine(2), r -> r.derivedFrom(a.ref(), "x"));
        from.exportTo(zip, List.of(a.ref(), b.ref()));
        String index = read("edgeai-archive.json");
        rewrite(entry -> entry.equals("edgeai-archive.json")
                ? bytes -> index.replaceFirst("\"ref\" : \"a@1\",", "\"ref\" : \"a@1\", \"parent\" : \"b@1\",")
                        .getBytes(StandardCharsets.UTF_8)
                : bytes -> bytes);
        assertThatThrownBy(() -> to.importFrom(zip)).hasMessageContaining("in a circle");
        nothingArrived();
    }

    @Test
    void limitsHoldForWhatComesIn() {
        ModelVersion version = from.register(
                "m", new byte[100_000], r -> r.format(ModelFormat.TENSORRT).signature(Signature.UNKNOWN));
        from.exportTo(zip, List.of(version.ref()));
        try (EdgeModelRegistry small = EdgeModelRegistry.builder()
                .home(folder.resolve("small"))
                .limits(new BlobLimits(1000, 10, 2))
                .build()) {
            assertThatThrownBy(() -> small.importFrom(zip)).hasMessageContaining("more than (1000) bytes");
            assertThat(small.models()).isEmpty();
        }
    }

    @Test
    void exportingWhatIsNotThereIsRefused() {
        assertThatThrownBy(() -> from.exportTo(zip, List.of(VersionRef.of("m", 1))))
                .isInstanceOf(ModelNotFoundException.class);
        assertThat(zip).doesNotExist();
    }

    private void nothingArrived() {
        assertThat(to.models()).isEmpty();
        assertThat(to.gc()).isZero();
    }

    private String read(String name) throws IOException {
        try (ZipFile file = new ZipFile(zip.toFile())) {
            return new String(file.getInputStream(file.getEntry(name)).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void writeTexts(Map<String, String> texts) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        texts.forEach((name, text) -> entries.put(name, text.getBytes(StandardCharsets.UTF_8)));
        write(entries);
    }

    private void rewrite(Function<String, Function<byte[], byte[]>> change) throws IOException {
        Map<String, byte[]> entries = entries();
        entries.replaceAll((name, bytes) -> change.apply(name).apply(bytes));
        write(entries);
    }
}
