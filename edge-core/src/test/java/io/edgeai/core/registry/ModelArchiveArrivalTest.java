package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.runtime.TinyModels;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How numbers, lineage and bytes map where both sides have a history, and exports that fail. */
class ModelArchiveArrivalTest extends ArchivesBetweenRegistries {
    /** Regression: the next registration died of an ArithmeticException. */
    @Test
    void theHighestNumberMayArriveAndIsTheLast() throws IOException {
        export(add(from, "m", "one").ref());
        forge(versions -> ((ObjectNode) versions.get(0)).put("ref", "m@" + Integer.MAX_VALUE));
        assertThat(to.importFrom(zip).values()).extracting(ModelVersion::number).containsExactly(Integer.MAX_VALUE);
        assertThatThrownBy(() -> add(to, "m", "two"))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("used up all numbers");
        add(from, "m", "three");
        export(VersionRef.of("m", 2));
        assertThatThrownBy(() -> to.importFrom(zip)).isInstanceOf(LifecycleException.class);
        assertThat(to.versions("m")).hasSize(1);
    }

    /**
     * Any history on both sides against the rule in plain words: the same number with the same bytes is the same
     * version; otherwise its number where that is above all that were, otherwise the next.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void numbersAndParentsMapByTheRule(long seed) {
        Random random = new Random(seed);
        List<ModelVersion> there = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String content = "content " + random.nextInt(4);
            VersionRef parent = there.isEmpty()
                    ? null
                    : there.get(random.nextInt(there.size())).ref();
            there.add(
                    parent == null || random.nextBoolean()
                            ? add(from, "m", content)
                            : derive(from, "m", parent, content));
        }
        Map<Integer, Digest> here = new LinkedHashMap<>();
        int last = 0;
        for (int i = random.nextInt(6); i > 0; i--) {
            ModelVersion version = add(to, "m", "content " + random.nextInt(4));
            here.put(version.number(), version.digest());
            last = version.number();
        }
        List<ModelVersion> chosen = new ArrayList<>(there);
        Collections.shuffle(chosen, random);
        chosen = chosen.subList(0, 1 + random.nextInt(8));
        from.exportTo(zip, chosen.stream().map(ModelVersion::ref).toList());

        Map<VersionRef, ModelVersion> mapped = to.importFrom(zip);

        chosen.sort((a, b) -> a.ref().compareTo(b.ref()));
        Map<VersionRef, Integer> expected = new LinkedHashMap<>();
        for (ModelVersion version : chosen) {
            int number = version.number();
            if (!version.digest().equals(here.get(number))) {
                number = number > last ? number : last + 1;
                last = number;
                here.put(number, version.digest());
            }
            expected.put(version.ref(), number);
        }
        Map<VersionRef, Integer> found = new LinkedHashMap<>();
        mapped.forEach((ref, version) -> found.put(ref, version.number()));
        assertThat(found).as("seed %d", seed).isEqualTo(expected);
        for (ModelVersion version : chosen) {
            ModelVersion arrived = to.get(VersionRef.of("m", expected.get(version.ref())));
            assertThat(arrived.digest()).as("seed %d", seed).isEqualTo(version.digest());
        }
        assertThat(to.importFrom(zip)).as("seed %d, once more", seed).hasSize(chosen.size());
        assertThat(to.verify().ok()).isTrue();
    }

    @Test
    void aLongChainArrivesWithItsLineageWhateverTheOrderOfRecords() throws IOException {
        List<VersionRef> chain = new ArrayList<>(List.of(add(from, "z0", "0").ref()));
        for (int i = 1; i < 40; i++) {
            // Names fall while derivation goes on, so that sorted order is the wrong one.
            chain.add(derive(from, "m" + (99 - i), chain.get(i - 1), "" + i).ref());
        }
        from.exportTo(zip, chain);
        forge(versions -> {
            List<JsonNode> records = new ArrayList<>();
            versions.forEach(records::add);
            Collections.shuffle(records, new Random(5));
            versions.removeAll();
            versions.addAll(records);
        });
        assertThat(to.importFrom(zip)).hasSize(40);
        assertThat(to.lineage(chain.get(39))).extracting(ModelVersion::ref).containsExactlyElementsOf(chain);
    }

    @Test
    void sharedBytesTravelOnce() throws IOException {
        List<VersionRef> refs = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            refs.add(add(from, "m" + i, "shared").ref());
        }
        from.exportTo(zip, refs);
        assertThat(entries()).hasSize(2);
        assertThat(to.importFrom(zip)).hasSize(5);
        try (Stream<Path> files = Files.walk(folder.resolve("to/blobs"))) {
            assertThat(files.filter(Files::isRegularFile)).hasSize(1);
        }
    }

    @Test
    void anErasedNumberIsNotGivenToAnImport() {
        ModelVersion version = add(from, "m", "one");
        export(version.ref());
        to.importFrom(zip);
        to.retire(version.ref(), "");
        to.erase(version.ref(), "");
        assertThat(to.importFrom(zip).get(version.ref()).number()).isEqualTo(2);
    }

    @Test
    void aFullDiskLeavesNoArchive() throws IOException {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.exists(full), "needs /dev/full, a device without space");
        ModelVersion version = from.register("m", TinyModels.affine(1), r -> {});
        Files.createSymbolicLink(folder.resolve("models.zip.part"), full);
        assertThatThrownBy(() -> export(version.ref()))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("No space left")
                .hasMessageContaining("Maybe the disk is full");
        assertThat(zip).doesNotExist();
        assertThat(Files.isSymbolicLink(folder.resolve("models.zip.part"))).isFalse();
        export(version.ref());
        assertThat(to.importFrom(zip)).hasSize(1);
    }

    @Test
    void aFailedExportKeepsTheArchiveThatWasThere() throws IOException {
        ModelVersion version = add(from, "m", "one");
        export(version.ref());
        byte[] before = Files.readAllBytes(zip);
        Files.delete(from.file(version.ref()));
        assertThatThrownBy(() -> export(version.ref())).isInstanceOf(ModelIntegrityException.class);
        assertThat(zip).hasBinaryContent(before);
        assertThatThrownBy(() -> export(VersionRef.of("m", 2))).isInstanceOf(ModelNotFoundException.class);
        assertThat(zip).hasBinaryContent(before);
        assertThatThrownBy(() -> from.exportTo(folder.resolve("no/such/folder.zip"), List.of()))
                .isInstanceOf(StorageException.class);
    }

    @Test
    void otherEntriesOfAnArchiveAreIgnored() throws IOException {
        export(add(from, "m", "one").ref());
        Map<String, byte[]> entries = entries();
        entries.put("README", new byte[10]);
        entries.put("../../evil", new byte[10]);
        entries.put("blobs/" + "0".repeat(64), new byte[10]);
        write(entries);
        assertThat(to.importFrom(zip)).hasSize(1);
        assertThat(to.gc()).as("nothing came in that no record names").isZero();
        try (OutputStream append = Files.newOutputStream(zip, java.nio.file.StandardOpenOption.APPEND)) {
            append.write(new byte[100]);
        }
        assertThat(to.importFrom(zip)).hasSize(1);
    }
}
