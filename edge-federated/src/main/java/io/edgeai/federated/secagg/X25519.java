package io.edgeai.federated.secagg;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import javax.crypto.KeyAgreement;

/** Diffie–Hellman on Curve25519 (RFC 7748), by the JDK; keys of small order are refused. */
final class X25519 implements KeyExchange {
    static final int KEY_BYTES = 32;

    private static final String NAME = "X25519";
    private static final BigInteger BASE = BigInteger.valueOf(9);

    @Override
    public Pair pair(byte[] seed) {
        byte[] scalar = Keys.hmac(seed, new byte[] {'s', 'c', 'a', 'l', 'a', 'r'});
        try {
            KeyFactory factory = KeyFactory.getInstance(NAME);
            PrivateKey secret = factory.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, scalar));
            byte[] own = agree(secret, factory.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, BASE)));
            return new Own(factory, secret, own);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java platforms since 11 have X25519.", e);
        }
    }

    private static byte[] agree(PrivateKey secret, PublicKey other) throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance(NAME);
        agreement.init(secret);
        agreement.doPhase(other, true);
        return agreement.generateSecret();
    }

    private static final class Own implements Pair {
        private final KeyFactory factory;
        private final PrivateKey secret;
        private final byte[] key;

        Own(KeyFactory factory, PrivateKey secret, byte[] key) {
            this.factory = factory;
            this.secret = secret;
            this.key = key;
        }

        @Override
        public byte[] publicKey() {
            return key.clone();
        }

        @Override
        public byte[] agree(byte[] otherPublicKey) {
            if (otherPublicKey.length != KEY_BYTES) {
                throw new ProtocolViolationException("A public key has (" + otherPublicKey.length + ") bytes, not 32.");
            }
            byte[] bigEndian = new byte[KEY_BYTES];
            for (int i = 0; i < KEY_BYTES; i++) {
                bigEndian[i] = otherPublicKey[KEY_BYTES - 1 - i];
            }
            bigEndian[0] &= 0x7f;
            try {
                return X25519.agree(
                        secret,
                        factory.generatePublic(
                                new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, bigEndian))));
            } catch (GeneralSecurityException e) {
                throw new ProtocolViolationException("A public key cannot be used: " + e.getMessage() + ".", e);
            }
        }
    }
}
