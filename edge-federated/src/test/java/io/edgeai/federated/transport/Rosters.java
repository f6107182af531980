package io.edgeai.federated.transport;

import io.edgeai.federated.secagg.Identities;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.HashMap;
import java.util.Map;

/** Participants with keys of their own, and the roster of them. */
final class Rosters {
    private final Map<String, KeyPair> pairs = new HashMap<>();

    /** @param algorithm Ed25519, EC or RSA */
    Rosters(String algorithm, String... names) {
        try {
            for (String name : names) {
                pairs.put(name, KeyPairGenerator.getInstance(algorithm).generateKeyPair());
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    Roster roster() {
        Map<String, PublicKey> keys = new HashMap<>();
        pairs.forEach((name, pair) -> keys.put(name, pair.getPublic()));
        return Roster.of(keys);
    }

    Roster.Place place(String name) {
        return new Roster.Place(roster(), signer(name));
    }

    Identities.Signer signer(String name) {
        return Identities.signer(pairs.get(name).getPrivate());
    }
}
