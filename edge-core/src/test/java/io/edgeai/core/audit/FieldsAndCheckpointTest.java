package io.edgeai.core.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.signing.SigningKey;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an auditor without this library would compute, from the documented bytes and the JDK alone. */
class FieldsAndCheckpointTest {
    private static final Instant AT = Instant.parse("2026-05-04T03:02:01Z");
    private static final String HASH = "ab".repeat(32);
    private static final SigningKey KEY = SigningKey.generate();

    private static String digest(List<String> texts) {
        Fields fields = new Fields();
        texts.forEach(fields::add);
        return fields.hex();
    }

    private static List<String> randomTexts(Random random) {
        String alphabet = "01:\nagü✓";
        List<String> texts = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(random.nextInt(20) == 0 ? 4000 : 6);
            for (int j = length; j > 0; j--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            texts.add(text.toString());
        }
        return texts;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theDigestIsShaOverLengthColonBytesLineFeed(long seed) throws Exception {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<String> texts = randomTexts(random);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (String text : texts) {
                byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
                bytes.writeBytes(Integer.toString(encoded.length).getBytes(StandardCharsets.US_ASCII));
                bytes.write(':');
                bytes.writeBytes(encoded);
                bytes.write('\n');
            }
            byte[] sha = MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
            assertThat(digest(texts))
                    .as("seed %d, round %d: %s", seed, round, texts)
                    .isEqualTo(String.format(Locale.ROOT, "%064x", new BigInteger(1, sha)));
        }
    }

    /** The alphabet is made of what separates fields, so that any ambiguity would meet itself soon. */
    @ParameterizedTest
    @ValueSource(longs = {7, 8})
    void twoListsNeverShareADigest(long seed) {
        Random random = new Random(seed);
        Map<String, List<String>> seen = new HashMap<>();
        for (int round = 0; round < 5000; round++) {
            List<String> texts = randomTexts(random);
            List<String> before = seen.put(digest(texts), texts);
            assertThat(before == null ? texts : before).as("seed " + seed).isEqualTo(texts);
        }
        assertThat(seen).as("seed " + seed).hasSizeGreaterThan(1000);
    }

    @Test
    void aNumberIsItsDecimalText() {
        for (long number : new long[] {0, -1, 7, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThat(new Fields().add(number).hex()).isEqualTo(digest(List.of(Long.toString(number))));
        }
        assertThat(new Fields().hex())
                .as("published digest of no bytes")
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test
    void theJdkAloneVerifiesACheckpoint() throws Exception {
        Checkpoint checkpoint = Checkpoint.sign(17, HASH, AT, KEY);
        String statement =
                """
                edgeai-checkpoint 1
                17
                %s
                2026-05-04T03:02:01Z
                """
                        .formatted(HASH);
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(KeyFactory.getInstance("Ed25519")
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(checkpoint.key()))));
        verifier.update(statement.getBytes(StandardCharsets.US_ASCII));
        assertThat(verifier.verify(Base64.getDecoder().decode(checkpoint.signature())))
                .isTrue();
        assertThat(checkpoint.genuine()).isTrue();
    }

    static Stream<Checkpoint> forgeries() {
        Checkpoint real = Checkpoint.sign(17, HASH, AT, KEY);
        Checkpoint later = Checkpoint.sign(18, HASH, AT, KEY);
        String stranger = SigningKey.generate().verifying().text();
        return Stream.of(
                new Checkpoint(16, HASH, AT, real.key(), real.signature()),
                new Checkpoint(17, "ac" + HASH.substring(2), AT, real.key(), real.signature()),
                new Checkpoint(17, HASH.toUpperCase(Locale.ROOT), AT, real.key(), real.signature()),
                new Checkpoint(17, HASH, AT.plusNanos(1), real.key(), real.signature()),
                new Checkpoint(17, HASH, AT, stranger, real.signature()),
                new Checkpoint(17, HASH, AT, real.key(), later.signature()),
                new Checkpoint(17, HASH, AT, real.key(), ""),
                new Checkpoint(17, HASH, AT, real.key(), "no Base64!"),
                new Checkpoint(17, HASH, AT, real.key(), real.signature().substring(4)));
    }

    @ParameterizedTest
    @MethodSource("forgeries")
    void anyChangeOfAnyPartIsNotGenuine(Checkpoint forged) {
        assertThat(forged.genuine()).isFalse();
    }

    @Test
    void everyFlippedBitOfASignatureIsNoticed() {
        Checkpoint real = Checkpoint.sign(1, HASH, AT, KEY);
        byte[] signature = Base64.getDecoder().decode(real.signature());
        assertThat(signature).hasSize(64);
        for (int bit = 0; bit < signature.length * 8; bit++) {
            byte[] other = signature.clone();
            other[bit / 8] ^= (byte) (1 << bit % 8);
            Checkpoint forged =
                    new Checkpoint(1, HASH, AT, real.key(), Base64.getEncoder().encodeToString(other));
            assertThat(forged.genuine()).as("bit " + bit).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "????", "AAAA", "MCowBQYDK2VwAyEA"})
    void aKeyThatIsNoneIsRefusedByName(String key) {
        Checkpoint checkpoint = new Checkpoint(1, HASH, AT, key, "AAAA");
        assertThatThrownBy(checkpoint::genuine)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + key + ")");
    }
}
