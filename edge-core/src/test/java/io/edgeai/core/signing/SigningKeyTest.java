package io.edgeai.core.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningKeyTest {
    /** RFC 8032, section 7.1, test 2: public key, message and signature. */
    private static final String PUBLIC = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";

    private static final byte[] MESSAGE = {0x72};
    private static final String SIGNATURE = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

    @TempDir
    Path folder;

    private static String base64(String hex) {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
    }

    @Test
    void theStandardsOwnSignatureIsVerified() {
        VerifyingKey key = VerifyingKey.parse(base64("302a300506032b6570032100" + PUBLIC));
        assertThat(key.verifies(MESSAGE, base64(SIGNATURE))).isTrue();
        assertThat(key.verifies(new byte[] {0x73}, base64(SIGNATURE))).isFalse();
        assertThat(key.verifies(MESSAGE, base64(SIGNATURE.replace("92a0", "92a1"))))
                .isFalse();
        assertThat(key.verifies(MESSAGE, "no Base64 at all!")).isFalse();
    }

    @Test
    void aPairSurvivesItsFiles() throws Exception {
        SigningKey key = SigningKey.generate();
        Path secret = folder.resolve("key.pem");
        Path open = folder.resolve("key.pub.pem");
        key.write(secret, open);
        SigningKey read = SigningKey.read(secret, open);
        assertThat(read.verifying()).isEqualTo(key.verifying());
        assertThat(key.verifying().verifies(MESSAGE, read.sign(MESSAGE))).isTrue();
        assertThat(Files.readString(open)).startsWith("-----BEGIN PUBLIC KEY-----\n");
        assertThat(key.toString())
                .isEqualTo("signing key of ed25519:" + key.verifying().id());
        if (Files.getFileStore(secret).supportsFileAttributeView("posix")) {
            assertThat(Files.getPosixFilePermissions(secret)).hasSize(2);
        }
        assertThatThrownBy(() -> key.write(secret, open))
                .as("no key is overwritten")
                .isInstanceOf(StorageException.class);
    }

    @Test
    void whatIsNoKeyOrNoPairIsRefused() throws Exception {
        Path secret = folder.resolve("a.pem");
        Path open = folder.resolve("a.pub.pem");
        SigningKey.generate().write(secret, open);
        Path other = folder.resolve("b.pub.pem");
        SigningKey.generate().verifying().write(other);
        assertThatThrownBy(() -> SigningKey.read(secret, other))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no pair");
        assertThatThrownBy(() -> SigningKey.read(open, secret)).hasMessageContaining("mixed up");
        Files.writeString(folder.resolve("junk"), "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----");
        assertThatThrownBy(() -> VerifyingKey.read(folder.resolve("junk"))).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> VerifyingKey.read(folder.resolve("absent"))).isInstanceOf(InvalidInputException.class);
    }
}
