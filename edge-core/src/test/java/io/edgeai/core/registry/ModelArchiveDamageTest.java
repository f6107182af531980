package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.store.BlobLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives that are cut, forged or hostile. */
class ModelArchiveDamageTest extends ArchivesBetweenRegistries {
    private void refused(Class<? extends EdgeException> type, String why) throws IOException {
        Refusal.of(to, zip, type, why);
    }

    @Test
    void anArchiveCutAnywhereIsRefusedWhole() throws IOException {
        export(add(from, "m", "one").ref(), add(from, "m", "two".repeat(100)).ref());
        byte[] whole = Files.readAllBytes(zip);
        for (int length = 0; length < whole.length; length += 7) {
            Files.write(zip, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> to.importFrom(zip))
                    .as("cut to %d of %d", length, whole.length)
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("Maybe export it again");
        }
        Refusal.nothingArrived(to);
        Files.write(zip, whole);
        assertThat(to.importFrom(zip)).hasSize(2);
    }

    /** Either every byte that matters is right and all arrives, or nothing does and the error is typed. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anArchiveChangedAnywhereNeverArrivesWrong(long seed) throws IOException {
        ModelVersion one = add(from, "m", "one");
        ModelVersion two = derive(from, "m", one.ref(), "two".repeat(50));
        export(one.ref(), two.ref());
        byte[] whole = Files.readAllBytes(zip);
        Random random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < 60; round++) {
            byte[] bytes = whole.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(zip, bytes);
            try {
                to.importFrom(zip);
            } catch (EdgeException e) {
                refused++;
            }
            for (var model : to.models()) {
                for (ModelVersion version : to.versions(model.name())) {
                    assertThat(Digest.of(Files.readAllBytes(to.file(version.ref()))))
                            .as("seed %d, round %d, %s", seed, round, version.ref())
                            .isEqualTo(version.digest());
                    assertThat(version.digest()).isIn(one.digest(), two.digest());
                }
            }
        }
        assertThat(refused).as("seed %d", seed).isGreaterThan(20);
    }

    @ParameterizedTest
    @CsvSource({
        "ref, no number",
        "ref, m@0",
        "ref, m@-1",
        "ref, ../../m@1",
        "format, FAX",
        "workload, ''",
        "digest, 00",
        "digest, ../../../../../../../../../../../../../../../../../../../../../x",
        "registeredAt, tomorrow",
        "signature, not an object",
        "parent, m@x"
    })
    void aRecordWithABadFieldIsRefused(String field, String value) throws IOException {
        export(add(from, "m", "one").ref());
        forge(versions -> {
            ObjectNode record = (ObjectNode) versions.get(0);
            if (field.equals("signature")) {
                record.putObject(field).putArray("inputs").addObject().put("type", value);
            } else {
                record.put(field, value);
            }
        });
        refused(ModelFormatException.class, "a record cannot be read");
    }

    @Test
    void aSizeThatLiesIsAMismatch() throws IOException {
        export(add(from, "m", "one").ref());
        for (long size : new long[] {2, 4, 0, Long.MAX_VALUE}) {
            forge(versions -> ((ObjectNode) versions.get(0)).put("sizeBytes", size));
            refused(ModelFormatException.class, "do not match their digest");
        }
    }

    @Test
    void aDigestOfOtherBytesIsAMismatch() throws IOException {
        ModelVersion version = add(from, "m", "one");
        export(version.ref());
        Map<String, byte[]> entries = entries();
        entries.put("blobs/" + version.digest().hex(), "0ne".getBytes(StandardCharsets.UTF_8));
        write(entries);
        refused(ModelFormatException.class, "the bytes of m@1 do not match their digest");
    }

    /** Regression: the second record was taken in under another number, and one reference meant both. */
    @Test
    void twoRecordsOfOneVersionAreRefused() throws IOException {
        ModelVersion one = add(from, "m", "one");
        ModelVersion two = add(from, "m", "two");
        export(one.ref(), two.ref());
        forge(versions -> ((ObjectNode) versions.get(1)).put("ref", "m@1"));
        refused(ModelFormatException.class, "it has two versions (m@1)");
    }

    /** Regression: an archive without a list of versions imported nothing and said nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"format\":1}",
                "{\"format\":1,\"versions\":null}",
                "{\"format\":1,\"versions\":{}}",
                "{\"format\":1,\"versions\":\"m@1\"}",
                "[]",
                "null",
                "",
                "{\"format\":\"one\",\"versions\":[]}",
                "{\"format\":1,\"versions\":[null]}",
                "{\"format\":1,\"versions\":[[]]}"
            })
    void anIndexThatIsNoneIsRefused(String index) throws IOException {
        write(Map.of(INDEX, index.getBytes(StandardCharsets.UTF_8)));
        refused(ModelFormatException.class, "is no readable export of a registry");
    }

    @Test
    void anIndexNestedWithoutEndIsRefused() throws IOException {
        write(Map.of(INDEX, "[".repeat(1_000_000).getBytes(StandardCharsets.UTF_8)));
        refused(ModelFormatException.class, "is no readable export of a registry");
    }

    /** 200 MB of zeros in 200 kB: inflated no further than the limit. */
    @Test
    void aZipBombStopsAtTheLimit() throws IOException {
        byte[] chunk = new byte[1 << 20];
        ModelVersion version = add(from, "m", "small");
        export(version.ref());
        byte[] index = entries().get(INDEX);
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry(INDEX));
            out.write(index);
            out.putNextEntry(new ZipEntry("blobs/" + version.digest().hex()));
            for (int i = 0; i < 200; i++) {
                out.write(chunk);
            }
        }
        assertThat(Files.size(zip)).isLessThan(1 << 20);
        long[] copied = {0};
        try (EdgeModelRegistry small = EdgeModelRegistry.builder()
                .home(folder.resolve("small"))
                .limits(new BlobLimits(100_000, 10, 2))
                .build()) {
            assertThatThrownBy(() -> small.importFrom(zip))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("more than (100000) bytes");
            try (Stream<Path> files = Files.walk(folder.resolve("small"))) {
                files.filter(Files::isRegularFile)
                        .filter(file -> !file.toString().contains("registry.db"))
                        .forEach(file -> copied[0] += file.toFile().length());
            }
        }
        assertThat(copied[0]).as("bytes left on disk").isZero();
    }

    @Test
    void anIndexBombIsRefused() throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry(INDEX));
            byte[] blanks = new byte[1 << 20];
            Arrays.fill(blanks, (byte) ' ');
            for (int i = 0; i < 65; i++) {
                out.write(blanks);
            }
        }
        refused(ModelFormatException.class, "its index exceeds 67108864 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "a/../../evil", "/evil", "C:evil", "a\\..\\evil", "./x", "a//b"})
    void aTreeThatReachesOutIsRefused(String path) throws IOException {
        Path source = Files.createDirectories(folder.resolve("ov"));
        Files.writeString(source.resolve("net.bin"), "weights");
        Files.writeString(source.resolve("net.xml"), "<net name=\"n\" version=\"11\"></net>");
        ModelVersion version = from.register("m", source.resolve("net.xml"));
        export(version.ref());
        Map<String, byte[]> entries = entries();
        entries.put("blobs/" + version.digest().hex() + ".tree/" + path, new byte[] {1});
        write(entries);
        assertThatThrownBy(() -> to.importFrom(zip))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("cannot be part of a model");
        Refusal.nothingArrived(to);
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(file -> file.getFileName().toString().contains("evil")))
                    .isEmpty();
        }
    }

    /** Regression: a NUL in the name of a record's file escaped as InvalidPathException. */
    @ParameterizedTest
    @ValueSource(strings = {"net\u0000.xml", "..", "net.xml/..", "/etc/passwd", "absent.xml", "../net.xml"})
    void anEntryThatIsNotTheTreesOwnIsRefused(String entry) throws IOException {
        Path source = Files.createDirectories(folder.resolve("ov"));
        Files.writeString(source.resolve("net.bin"), "weights");
        Files.writeString(source.resolve("net.xml"), "<net name=\"n\" version=\"11\"></net>");
        export(from.register("m", source.resolve("net.xml")).ref());
        forge(versions -> ((ObjectNode) versions.get(0)).put("entry", entry));
        refused(ModelFormatException.class, "is not among its own");
    }
}
