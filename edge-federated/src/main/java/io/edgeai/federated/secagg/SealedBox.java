package io.edgeai.federated.secagg;

import java.security.GeneralSecurityException;
import java.security.ProviderException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-128-GCM under keys that seal one message each, which makes a fixed nonce sound. */
final class SealedBox {
    private static final GCMParameterSpec NONCE = new GCMParameterSpec(128, new byte[12]);

    private SealedBox() {}

    static byte[] seal(byte[] key, byte[] message) {
        try {
            return cipher(Cipher.ENCRYPT_MODE, key).doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has AES-GCM.", e);
        }
    }

    /** @throws ProtocolViolationException where it was not sealed with this key, or changed since */
    static byte[] open(byte[] key, byte[] sealed, int from) {
        try {
            return cipher(Cipher.DECRYPT_MODE, key).doFinal(sealed);
        } catch (GeneralSecurityException | ProviderException e) {
            // The JDK's GCM fails with a ProviderException where there are fewer bytes than a tag has.
            throw new ProtocolViolationException(
                    "The envelope of participant (" + from
                            + ") was not sealed for this participant, round and model. Maybe it was replayed, reflected or"
                            + " changed.",
                    e);
        }
    }

    private static Cipher cipher(int mode, byte[] key) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), NONCE);
        return cipher;
    }
}
