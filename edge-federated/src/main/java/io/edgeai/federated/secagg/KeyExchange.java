package io.edgeai.federated.secagg;

/** Agreement on a shared secret by public keys. Stateless and thread-safe. */
interface KeyExchange {
    /** The key pair of a secret seed of 16 bytes; always the same. */
    Pair pair(byte[] seed);

    /** One side of an agreement. Used by one thread at a time. */
    interface Pair {
        byte[] publicKey();

        /**
         * What the owner of the other key gets with this pair's public key.
         *
         * @throws ProtocolViolationException where that is no usable key
         */
        byte[] agree(byte[] otherPublicKey);
    }
}
