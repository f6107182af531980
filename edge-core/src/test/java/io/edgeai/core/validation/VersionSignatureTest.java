package io.edgeai.core.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.signing.SigningKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VersionSignatureTest {
    private static final SigningKey KEY = SigningKey.generate();
    private static final String TAG = VersionSignature.tag(KEY.verifying());
    private static final Digest ABC = Digest.of("abc".getBytes(StandardCharsets.UTF_8));

    private static ModelVersion version(String name, int number, Digest digest, long size, Map<String, String> tags) {
        return new ModelVersion(
                VersionRef.of(name, number),
                ModelFormat.ONNX,
                WorkloadType.INFERENCE,
                digest,
                size,
                Signature.UNKNOWN,
                Optional.empty(),
                "",
                Stage.REGISTERED,
                Instant.EPOCH,
                tags);
    }

    private static Map<String, String> with(Map<String, String> tags, String key, String value) {
        Map<String, String> all = new HashMap<>(tags);
        all.put(key, value);
        return all;
    }

    private static Optional<SignatureCoverage> coverage(ModelVersion version) {
        return VersionSignature.coverage(version, KEY.verifying());
    }

    /** The statement, written out by hand as the guide has it. */
    @Test
    void whatIsSignedIsWhatTheGuideSays() {
        Map<String, String> tags = Map.of("site", "north", "a,b:c", "two\nlines", "batching.x", "measured");
        ModelVersion plain = version("defects", 7, ABC, 3, tags);
        String text = VersionSignature.sign(plain, KEY);
        String said = "edgeai-version 2\ndefects\n7\n"
                + "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n3\n"
                + "tag " + hex("a,b:c") + " " + hex("two\nlines") + "\n"
                + "tag " + hex("site") + " " + hex("north") + "\n";
        String[] parts = text.split(":", 3);
        assertThat(parts[0]).isEqualTo("2");
        assertThat(KEY.verifying().verifies(said.getBytes(StandardCharsets.US_ASCII), parts[1]))
                .isTrue();
        assertThat(parts[2]).isEqualTo("a%2Cb%3Ac,site");
        assertThat(coverage(version("defects", 7, ABC, 3, with(tags, TAG, text))))
                .contains(SignatureCoverage.VERSION);
    }

    private static String hex(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
    }

    @Test
    void nothingThatIsCoveredCanBeChanged() {
        Map<String, String> tags = Map.of("site", "north", "owner", "ada");
        String text = VersionSignature.sign(version("m", 7, ABC, 3, tags), KEY);
        Map<String, String> signed = with(tags, TAG, text);
        assertThat(coverage(version("m", 7, ABC, 3, signed))).isPresent();
        assertThat(coverage(version("m", 7, ABC, 3, with(signed, "later", "x"))))
                .isPresent();
        assertThat(coverage(version("m", 7, ABC, 3, with(signed, "batching.a", "x"))))
                .isPresent();
        assertThat(coverage(version("n", 7, ABC, 3, signed))).as("name").isEmpty();
        assertThat(coverage(version("m", 8, ABC, 3, signed))).as("number").isEmpty();
        assertThat(coverage(version("m", 7, ABC, 4, signed))).as("length").isEmpty();
        assertThat(coverage(version("m", 7, Digest.of(new byte[1]), 3, signed)))
                .as("bytes")
                .isEmpty();
        assertThat(coverage(version("m", 7, ABC, 3, with(signed, "site", "south"))))
                .as("value")
                .isEmpty();
        Map<String, String> fewer = new HashMap<>(signed);
        fewer.remove("owner");
        assertThat(coverage(version("m", 7, ABC, 3, fewer))).as("taken away").isEmpty();
        assertThat(coverage(version("m", 7, ABC, 3, with(signed, TAG, text.replace("owner,", "")))))
                .as("left out of the names")
                .isEmpty();
        for (String broken : new String[] {"", "2:", "2::", "2:%", "2:" + text, text.substring(2), "2:x:%zz"}) {
            assertThat(coverage(version("m", 7, ABC, 3, with(tags, TAG, broken))))
                    .as(broken)
                    .isEmpty();
        }
    }

    @Test
    void signaturesOfEarlierVersionsOfTheLibraryVerifyAndSayWhatTheyCover() {
        String said = "edgeai-version 1\nm\n" + ABC.hex() + "\n3\n";
        String old = KEY.sign(said.getBytes(StandardCharsets.US_ASCII));
        assertThat(coverage(version("m", 7, ABC, 3, Map.of(TAG, old)))).contains(SignatureCoverage.BYTES);
        assertThat(coverage(version("m", 8, ABC, 3, Map.of(TAG, old, "any", "tag"))))
                .as("of whatever number")
                .contains(SignatureCoverage.BYTES);
        assertThat(coverage(version("n", 7, ABC, 3, Map.of(TAG, old)))).isEmpty();
        assertThat(SignatureCoverage.BYTES).hasToString("name and bytes");
        assertThat(SignatureCoverage.VERSION).hasToString("name, number, bytes and tags");
    }

    @Test
    void aVersionWithoutTagsIsSignedAndOneWithTooManyIsNot() {
        String text = VersionSignature.sign(version("m", 1, ABC, 3, Map.of()), KEY);
        assertThat(coverage(version("m", 1, ABC, 3, Map.of(TAG, text)))).isPresent();
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            many.put("k".repeat(120) + i, "");
        }
        assertThatThrownBy(() -> VersionSignature.sign(version("m", 1, ABC, 3, many), KEY))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(100) tags");
    }
}
