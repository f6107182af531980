package io.edgeai.federated.secagg;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Verifies by enrolled keys, and by keys of sessions that these grant. Remembers of each participant the last session whose
 * grant was good, so that it is verified once and not in each round. Thread-safe.
 */
final class SessionVerifier implements Identities.Verifier {
    private static final int LEAST_BITS = 2048;
    private static final int MOST_BITS = 4096;
    private static final BigInteger EXPONENT = BigInteger.valueOf(65_537);

    private final Map<Integer, PublicKey> enrolled;
    private final Map<Integer, PublicKey> sessions = new ConcurrentHashMap<>();

    SessionVerifier(Map<Integer, PublicKey> enrolled) {
        this.enrolled = enrolled;
    }

    @Override
    public boolean verify(int participant, byte[] message, byte[] signature) {
        PublicKey identity = enrolled.get(participant);
        if (identity == null) {
            return false;
        }
        SessionSignature parts = SessionSignature.read(signature);
        if (parts == null) {
            return Identities.verify(identity, message, signature);
        }
        PublicKey session = sessions.get(participant);
        if (session == null || !Arrays.equals(session.getEncoded(), parts.key())) {
            session = granted(identity, parts);
            if (session == null) {
                return false;
            }
            sessions.put(participant, session);
        }
        return Identities.verify(session, message, parts.signature());
    }

    private static @Nullable PublicKey granted(PublicKey identity, SessionSignature parts) {
        if (!Identities.verify(identity, SessionSignature.granted(parts.key()), parts.grant())) {
            return null;
        }
        try {
            PublicKey key = KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(parts.key()));
            return key instanceof RSAPublicKey rsa && sound(rsa) ? key : null;
        } catch (GeneralSecurityException e) {
            return null;
        }
    }

    /** A long exponent would make each verification as slow as the sender likes. */
    private static boolean sound(RSAPublicKey key) {
        int bits = key.getModulus().bitLength();
        return bits >= LEAST_BITS
                && bits <= MOST_BITS
                && key.getPublicExponent().equals(EXPONENT);
    }
}
