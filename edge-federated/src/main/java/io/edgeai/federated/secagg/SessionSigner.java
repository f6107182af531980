package io.edgeai.federated.secagg;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;

/** Signs with an RSA key of 2048 bits that it made for itself, for which the identity signs once. Thread-safe. */
final class SessionSigner implements Identities.Signer {
    private static final int KEY_BITS = 2048;

    private final Identities.Signer session;
    private final byte[] key;
    private final byte[] grant;

    SessionSigner(Identities.Signer identity) {
        KeyPair pair;
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(KEY_BITS);
            pair = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has RSA with keys of 2048 bits.", e);
        }
        session = Identities.signer(pair.getPrivate());
        key = pair.getPublic().getEncoded();
        grant = identity.sign(SessionSignature.granted(key));
    }

    @Override
    public byte[] sign(byte[] message) {
        return new SessionSignature(key, grant, session.sign(message)).bytes();
    }
}
