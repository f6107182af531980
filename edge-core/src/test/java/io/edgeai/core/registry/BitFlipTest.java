package io.edgeai.core.registry;

import static io.edgeai.core.registry.RegistryModels.ref;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One bit of the closed home is flipped: 150 times, and 5,000 times under {@code -Dedgeai.full=true}. Whatever is read of a
 * model afterwards is either what was written or a typed error; a bit that means nothing may go unseen.
 */
class BitFlipTest {
    private static final int FLIPS = Boolean.getBoolean("edgeai.full") ? 5_000 : 150;
    private static final long SEED = 20261127;
    private static final List<String> MODELS = List.of("cats", "dogs", "words");
    private static final String REFUSED = "refused";

    @TempDir
    Path folder;

    private void fill(Path home) {
        try (EdgeModelRegistry registry = RegistryModels.open(home)) {
            int content = 0;
            for (String model : MODELS) {
                for (int number = 1; number <= 3; number++) {
                    RegistryModels.add(registry, model, 300 + content++);
                    registry.annotations().tag(ref(model, number), "site", "north " + number);
                }
                registry.promote(ref(model, 1), "first");
                registry.promote(ref(model, 2), "second");
                registry.annotations().alias("best", ref(model, 2), "");
            }
        }
    }

    /** All that can be read of each model, or that it was refused. */
    private static Map<String, String> read(Path home) {
        Map<String, String> answers = new TreeMap<>();
        try (EdgeModelRegistry registry = RegistryModels.open(home)) {
            for (String model : MODELS) {
                answers.put(model, read(() -> records(registry, model)));
                answers.put(
                        "audit of " + model, read(() -> registry.audit(model).toString()));
                for (int number = 1; number <= 3; number++) {
                    VersionRef ref = ref(model, number);
                    answers.put("bytes of " + ref, read(() -> hex(registry.file(ref))));
                }
            }
            assertThat(registry.models().size()).isLessThanOrEqualTo(MODELS.size() + 1);
        } catch (EdgeException e) {
            MODELS.forEach(model -> answers.put(model, REFUSED));
        }
        return answers;
    }

    private static String records(EdgeModelRegistry registry, String model) {
        StringBuilder text = new StringBuilder(registry.active(model).toString());
        for (ModelVersion version : registry.versions(model)) {
            text.append('\n')
                    .append(version.ref())
                    .append(version.digest())
                    .append(new TreeMap<>(version.tags()))
                    .append(registry.deployments(version.ref()))
                    .append(registry.annotations().aliases(version.ref()))
                    .append(version.registeredAt());
        }
        return text.toString();
    }

    private interface Reading {
        String text() throws IOException;
    }

    private static String read(Reading reading) {
        try {
            return reading.text();
        } catch (EdgeException e) {
            return REFUSED;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String hex(Path file) throws IOException {
        return java.util.HexFormat.of().formatHex(Files.readAllBytes(file));
    }

    @Test
    void aFlippedBitIsFoundOrMeansNothingAndOtherModelsGoOn() throws IOException {
        Path home = folder.resolve("home");
        fill(home);
        Map<String, String> written = read(home);
        assertThat(written.values()).doesNotContain(REFUSED);
        List<Path> files = files(home);
        Random random = new Random(SEED);
        int refusals = 0;
        for (int flip = 0; flip < FLIPS; flip++) {
            Path file = random.nextInt(4) == 0 ? files.get(random.nextInt(files.size())) : home.resolve("registry.db");
            byte[] whole = Files.readAllBytes(file);
            byte[] damaged = whole.clone();
            int bit = random.nextInt(damaged.length * 8);
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, damaged);
            Map<String, String> after = read(home);
            String step = "seed " + SEED + ", flip " + flip + ": bit " + bit + " of " + file.getFileName();
            after.forEach((what, answer) ->
                    assertThat(answer).as("%s, %s", what, step).isIn(written.get(what), REFUSED));
            if (file.startsWith(home.resolve("blobs"))) {
                assertThat(after.values()).as(step).containsOnlyOnce(REFUSED);
            }
            refusals += after.containsValue(REFUSED) ? 1 : 0;
            for (String left : List.of("registry.db-wal", "registry.db-shm")) {
                Files.deleteIfExists(home.resolve(left));
            }
            Files.write(file, whole);
        }
        assertThat(refusals).as("flips that were refused").isGreaterThan(FLIPS / 4);
        assertThat(read(home)).as("all restored").isEqualTo(written);
    }

    @Test
    void aBitOfOneModelStopsThatModelAndNoOther() throws IOException {
        Path home = folder.resolve("home");
        fill(home);
        Map<String, String> written = read(home);
        String digest;
        try (EdgeModelRegistry registry = RegistryModels.open(home)) {
            digest = registry.get(ref("dogs", 1)).digest().hex();
        }
        Path file = home.resolve("registry.db");
        byte[] damaged = Files.readAllBytes(file);
        String text = new String(damaged, StandardCharsets.ISO_8859_1);
        int flipped = 0;
        for (int at = text.indexOf(digest); at >= 0; at = text.indexOf(digest, at + 1)) {
            damaged[at] ^= 1;
            flipped++;
        }
        assertThat(flipped).isPositive();
        Files.write(file, damaged);
        Map<String, String> after = read(home);
        assertThat(after.get("dogs")).isEqualTo(REFUSED);
        for (String other : List.of("cats", "words")) {
            assertThat(after.get(other)).isEqualTo(written.get(other));
            assertThat(after.get("audit of " + other)).isEqualTo(written.get("audit of " + other));
            assertThat(after.get("bytes of " + other + "@1")).isEqualTo(written.get("bytes of " + other + "@1"));
        }
    }

    private static List<Path> files(Path home) throws IOException {
        try (Stream<Path> walk = Files.walk(home.resolve("blobs"))) {
            return new ArrayList<>(walk.filter(Files::isRegularFile).sorted().toList());
        }
    }
}
