package io.edgeai.federated.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import io.edgeai.federated.secagg.Identities;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is known by which key. */
class RosterTest {
    private static final byte[] MESSAGE = "said by one of them".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    @Test
    void numbersAreThePlacesOfTheNamesInOrder() {
        Roster roster = new Rosters("Ed25519", "site-10", "site-2", "b").roster();
        assertThat(roster.names()).containsExactly("b", "site-10", "site-2");
        assertThat(roster.number("site-2")).isEqualTo(2);
        assertThat(roster.has("site-3")).isFalse();
        assertThatThrownBy(() -> roster.number("site-3"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Participant (site-3) is not in the roster of 3");
    }

    /** Each signature is good for its own number, and for no other, message or stranger. */
    @ParameterizedTest
    @ValueSource(strings = {"Ed25519", "EC", "RSA"})
    void aSignatureIsOneParticipants(String algorithm) {
        Rosters keys = new Rosters(algorithm, "a", "b");
        Identities.Verifier verifier = keys.roster().verifier();
        byte[] signature = keys.signer("a").sign(MESSAGE);
        assertThat(verifier.verify(0, MESSAGE, signature)).isTrue();
        assertThat(verifier.verify(1, MESSAGE, signature)).isFalse();
        assertThat(verifier.verify(0, new byte[3], signature)).isFalse();
        assertThat(verifier.verify(2, MESSAGE, signature)).isFalse();
        assertThat(verifier.verify(0, MESSAGE, new byte[] {1, 2, 3})).isFalse();
    }

    private Path write(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ed25519", "EC", "RSA"})
    void aKeyFileSigns(String algorithm) throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(pair.getPrivate().getEncoded());
        Path file = write("own.key", "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
        byte[] signature = Identities.signer(file).sign(MESSAGE);
        assertThat(Identities.verifier(Map.of(3, pair.getPublic())).verify(3, MESSAGE, signature))
                .isTrue();
    }

    @Test
    void filesThatAreNoneAreNamed() throws Exception {
        Path none = folder.resolve("none.pem");
        Path empty = write("empty.pem", "");
        Path text = write("text.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assertThatThrownBy(() -> Roster.ofCertificates(none)).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> Roster.ofCertificates(empty))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("empty.pem) is empty");
        assertThatThrownBy(() -> Roster.ofCertificates(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("holds no certificates");
        assertThatThrownBy(() -> Identities.signer(none)).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> Identities.signer(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("holds no private key");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void oneSurvivorIsNoSum(int survivors) {
        assertThatThrownBy(() -> new Conditions(survivors, 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("minimumSurvivors (" + survivors + ")");
    }
}
