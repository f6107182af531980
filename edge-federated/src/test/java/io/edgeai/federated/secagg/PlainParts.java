package io.edgeai.federated.secagg;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Random;

/** Parts of the protocol that cost nothing and hide nothing, for tests of its bookkeeping in thousands of runs. */
final class PlainParts {
    private PlainParts() {}

    /** Public keys are hashes; the "secret" of two is the hash of both. */
    static KeyExchange exchange() {
        return seed -> new KeyExchange.Pair() {
            private final byte[] own = Keys.sha256(seed);

            @Override
            public byte[] publicKey() {
                return own.clone();
            }

            @Override
            public byte[] agree(byte[] other) {
                boolean first = Arrays.compare(own, other) < 0;
                return first ? Keys.sha256(own, other) : Keys.sha256(other, own);
            }
        };
    }

    static Identities.Signer signer(int participant) {
        return message -> Keys.sha256(ByteBuffer.allocate(4).putInt(participant).array(), message);
    }

    static Identities.Verifier verifier() {
        return (participant, message, signature) ->
                Arrays.equals(signer(participant).sign(message), signature);
    }

    /** Fast, and the same for the same seed. */
    static SecureRandom random(long seed) {
        Random plain = new Random(seed);
        return new SecureRandom() {
            private static final long serialVersionUID = 1L;

            @Override
            public void nextBytes(byte[] bytes) {
                plain.nextBytes(bytes);
            }

            @Override
            public long nextLong() {
                return plain.nextLong();
            }
        };
    }

    /** A participant with all of these parts, its randomness by a seed. */
    static SecAggClient client(Terms terms, int participant, long seed) {
        return new SecAggClient(terms, participant, signer(participant), verifier(), exchange(), random(seed));
    }
}
