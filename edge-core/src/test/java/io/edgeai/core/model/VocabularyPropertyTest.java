package io.edgeai.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, references, digests and shapes on random and hostile values; messages name the seed. */
class VocabularyPropertyTest {
    private static final String FIRST = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final String REST = FIRST + "._-";

    @Test
    void everyNameOfTheAlphabetIsTakenAndPrintedAsItIs() {
        for (long seed = 0; seed < 500; seed++) {
            String name = name(new Random(seed));
            assertThat(ModelId.of(name)).as("seed %d", seed).hasToString(name);
        }
    }

    /** The rule said again without a regular expression, on random text of all planes. */
    @Test
    void exactlyTheNamesOfTheRuleAreTaken() {
        for (long seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(6);
            for (int i = 0; i < length; i++) {
                int kind = random.nextInt(8);
                text.appendCodePoint(
                        kind == 0
                                ? random.nextInt(0x20)
                                : kind == 1 ? 0xA0 + random.nextInt(0x5000) : 0x20 + random.nextInt(0x60));
            }
            String name = text.toString();
            boolean valid = !name.isEmpty() && FIRST.indexOf(name.charAt(0)) >= 0;
            for (int i = 0; i < name.length(); i++) {
                valid &= REST.indexOf(name.charAt(i)) >= 0;
            }
            boolean taken;
            try {
                ModelId.of(name);
                taken = true;
            } catch (InvalidInputException e) {
                taken = false;
            }
            assertThat(taken).as("seed %d (%s)", seed, name).isEqualTo(valid);
        }
        assertThatThrownBy(() -> ModelId.of("a".repeat(129))).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void referencesParseWhatTheyPrint() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            int number = random.nextBoolean() ? 1 + random.nextInt(9) : 1 + random.nextInt(Integer.MAX_VALUE - 1);
            VersionRef ref = VersionRef.of(name(random), number);
            assertThat(VersionRef.parse(ref.toString())).as("seed %d", seed).isEqualTo(ref);
            assertThat(ref.toString()).isEqualTo(ref.model().name() + "@" + number);
        }
        assertThat(VersionRef.parse("m@2147483647").number()).isEqualTo(Integer.MAX_VALUE);
    }

    /** Signs, leading zeros and digits of other scripts once passed, so that one version had many spellings. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "m@+1",
                "m@01",
                "m@١",
                "m@１",
                "m@-1",
                "m@ 1",
                "m@1 ",
                " m@1",
                "m@@1",
                "m@1@1",
                "m@2147483648",
                "m@0x1",
                "m@1.0",
                "@",
                "m@"
            })
    void everyVersionHasOneSpelling(String text) {
        assertThatThrownBy(() -> VersionRef.parse(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(");
    }

    @Test
    void referencesSortByNameThenByNumber() {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            List<VersionRef> refs = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                refs.add(VersionRef.of(
                        List.of("a", "b", "B", "a-1", "a.1").get(random.nextInt(5)), 1 + random.nextInt(30)));
            }
            List<VersionRef> expected = new ArrayList<>(refs);
            expected.sort(
                    Comparator.comparing((VersionRef ref) -> ref.model().name()).thenComparingInt(VersionRef::number));
            Collections.sort(refs);
            assertThat(refs).as("seed %d", seed).isEqualTo(expected);
        }
    }

    /** NIST examples for SHA-256 (FIPS 180-4 and the CAVP short messages). */
    @ParameterizedTest
    @CsvSource({
        "'', e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "616263, ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "6162636462636465636465666465666765666768666768696768696a68696a6b696a6b6c6a6b6c6d6b6c6d6e6c6d6e6f6d6e6f706e6f7071,"
                + " 248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        "d3, 28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1",
        "11af, 5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98",
        "b4190e, dff2e73091f6c05e528896c4c831b9448653dc2ff043528f6769437bc7b975c2",
        "74ba2521, b16aa56be3880d18cd41e68384cf1ec8c17680c45a02b1575dc1518923ae8b0e",
        "bd, 68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b",
        "c98c8e55, 7abc22c0ae5af26ce93dbb94433a0e0b2e119d014f8e7f65bd56c61ccccd9504"
    })
    void digestsOfPublishedMessages(String message, String expected, @TempDir Path dir) throws IOException {
        byte[] bytes = HexFormat.of().parseHex(message);
        assertThat(Digest.of(bytes).hex()).isEqualTo(expected);
        assertThat(Digest.of(Files.write(dir.resolve("message"), bytes)).hex()).isEqualTo(expected);
    }

    /** One million times "a", the long example of FIPS 180-2, crosses the reader's chunks. */
    @Test
    void aMillionLettersFromAFile(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("million"), "a".repeat(1_000_000), StandardCharsets.US_ASCII);
        assertThat(Digest.of(file).hex()).isEqualTo("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    }

    @Test
    void filesOfEveryLengthAroundAChunkMatchTheirBytes(@TempDir Path dir) throws IOException {
        Random random = new Random(3);
        for (int length : new int[] {1, 63, 64, 65, 65_535, 65_536, 65_537, 131_072, 200_001}) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            MessageDigest piecewise = Digest.sha256();
            for (int at = 0; at < length; at += 1000) {
                piecewise.update(bytes, at, Math.min(1000, length - at));
            }
            String expected = String.format("%064x", new BigInteger(1, piecewise.digest()));
            Path file = Files.write(dir.resolve("f" + length), bytes);
            assertThat(Digest.of(file)).as("%d bytes", length).hasToString("sha256:" + expected);
            assertThat(Digest.of(bytes)).isEqualTo(Digest.of(file));
            bytes[length / 2] ^= 1;
            assertThat(Digest.of(bytes)).isNotEqualTo(Digest.of(file));
        }
        assertThatThrownBy(() -> Digest.of(dir))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(dir.toString());
    }

    @Test
    void digestsAreSixtyFourLowerCaseDigits() {
        String good = "0123456789abcdef".repeat(4);
        assertThat(new Digest(good).abbreviated()).isEqualTo("0123456789ab");
        for (String bad : List.of(
                "", good.substring(1), good + "0", "g" + good.substring(1), " " + good.substring(1), good + "\n")) {
            assertThatThrownBy(() -> new Digest(bad)).isInstanceOf(InvalidInputException.class);
        }
    }

    @Test
    void specsCountAndPrintLikePlainArrays() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            long[] dims = random.longs(random.nextInt(5), -2, 7).toArray();
            TensorSpec spec = TensorSpec.of("t", ElementType.INT8, dims);
            long product = 1;
            StringBuilder text = new StringBuilder("t: INT8[");
            for (int i = 0; i < dims.length; i++) {
                product *= dims[i] < 0 ? 1 : dims[i];
                text.append(i == 0 ? "" : ",").append(dims[i] < 0 ? "?" : Long.toString(dims[i]));
            }
            assertThat(spec.elements()).as("seed %d", seed).isEqualTo(product);
            assertThat(spec).as("seed %d", seed).hasToString(text.append("]").toString());
            assertThat(spec.shape().stream().filter(Dim::known).count())
                    .isEqualTo(Arrays.stream(dims).filter(dim -> dim >= 0).count());
        }
        assertThat(Dim.symbolic("batch")).hasToString("batch").isNotEqualTo(Dim.UNKNOWN);
        assertThat(Dim.of(0).known()).isTrue();
        assertThat(Dim.of(-7)).isEqualTo(Dim.UNKNOWN);
    }

    @Test
    void valuesDoNotFollowTheCollectionsTheyWereMadeFrom() {
        List<Dim> dims = new ArrayList<>(List.of(Dim.of(2)));
        TensorSpec spec = new TensorSpec("x", ElementType.FLOAT, dims);
        List<TensorSpec> specs = new ArrayList<>(List.of(spec));
        Signature signature = new Signature(specs, specs);
        Map<String, String> tags = new HashMap<>(Map.of("site", "north"));
        ModelVersion version = new ModelVersion(
                VersionRef.of("m", 3),
                ModelFormat.ONNX,
                WorkloadType.INFERENCE,
                Digest.of(new byte[0]),
                12,
                signature,
                Optional.of(VersionRef.of("m", 2)),
                "int8-static",
                Stage.ACTIVE,
                Instant.EPOCH,
                tags);
        dims.add(Dim.UNKNOWN);
        specs.clear();
        tags.put("site", "south");
        assertThat(spec.shape()).hasSize(1);
        assertThat(version.signature().inputs()).containsExactly(spec);
        assertThat(version.tags()).containsExactly(Map.entry("site", "north"));
        assertThat(version).hasToString("m@3 (ONNX, 12 bytes, ACTIVE)");
        assertThatThrownBy(() -> version.tags().put("a", "b")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> signature.output("z"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("output (z)")
                .hasMessageContaining("[x]");
    }

    /** The issue's table of starting points, typed a second time: batch, wait, threads, deadline, objective. */
    @ParameterizedTest
    @CsvSource({
        "COMPUTER_VISION, 8, 2, 1, 100, LATENCY_AWARE",
        "NLP_PROCESSING, 8, 5, 1, 250, MEMORY_OPTIMIZED",
        "REAL_TIME_ANALYTICS, 1, 0, 1, 10, LATENCY_AWARE",
        "RECOMMENDATION, 64, 2, 1, 50, LATENCY_AWARE",
        "ANOMALY_DETECTION, 16, 5, 1, 100, ENERGY_EFFICIENT",
        "TRAINING, 32, 0, 2, 60000, COMPUTE_OPTIMIZED",
        "FEDERATED_LEARNING, 32, 0, 1, 60000, FEDERATED_READY",
        "INFERENCE, 8, 1, 1, 100, LATENCY_AWARE",
        "BATCH_PROCESSING, 64, 50, 2, 30000, COST_EFFICIENT",
        "MODEL_SERVING, 16, 2, 1, 200, ACCURACY_FOCUSED"
    })
    void startingPointsOfEachWorkload(
            WorkloadType type, int batch, long wait, int threads, long deadline, PlacementObjective objective) {
        WorkloadDefaults defaults = type.defaults();
        assertThat(defaults.maxBatch()).isEqualTo(batch);
        assertThat(defaults.maxBatchDelay()).isEqualTo(Duration.ofMillis(wait));
        assertThat(defaults.intraOpThreads()).isEqualTo(threads);
        assertThat(defaults.deadline()).isEqualTo(Duration.ofMillis(deadline));
        assertThat(defaults.objective()).isEqualTo(objective);
        boolean answersPeople = deadline <= 250;
        assertThat(defaults.monitors().contains(SignalKind.LATENCY)).isEqualTo(answersPeople);
    }

    @Test
    void everyWrongDefaultIsNamed() {
        Duration second = Duration.ofSeconds(1);
        refused("maxBatch (0)", 0, Duration.ZERO, 1, second);
        refused("maxBatch (-3)", -3, Duration.ZERO, 1, second);
        refused("intraOpThreads (0)", 1, Duration.ZERO, 0, second);
        refused("maxBatchDelay (PT-0.001S)", 1, Duration.ofMillis(-1), 1, second);
        refused("deadline (PT0S)", 1, Duration.ZERO, 1, Duration.ZERO);
        refused("(PT-1S)", 1, Duration.ZERO, 1, second.negated());
    }

    private static void refused(String named, int batch, Duration wait, int threads, Duration deadline) {
        assertThatThrownBy(() -> new WorkloadDefaults(
                        batch,
                        wait,
                        threads,
                        deadline,
                        PlacementObjective.LATENCY_AWARE,
                        Set.of(SignalKind.ERRORS),
                        List.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(named);
    }

    private static String name(Random random) {
        StringBuilder name = new StringBuilder().append(FIRST.charAt(random.nextInt(FIRST.length())));
        int more = random.nextInt(128);
        for (int i = 0; i < more; i++) {
            name.append(REST.charAt(random.nextInt(REST.length())));
        }
        return name.toString();
    }
}
