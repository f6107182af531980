package io.edgeai.federated.transport;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import io.edgeai.federated.secagg.Identities;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The participants of secure sums with their public keys. Coordinator and participants each have it from whoever set up the
 * federation, never from each other: it is what keeps a coordinator from inventing participants. Everybody's number is its
 * place in the order of names, so all must have the same roster. Immutable and thread-safe.
 */
public final class Roster {
    private final List<String> names;
    private final Identities.Verifier verifier;

    private Roster(Map<String, PublicKey> keys) {
        TreeMap<String, PublicKey> sorted = new TreeMap<>(keys);
        this.names = List.copyOf(sorted.keySet());
        Map<Integer, PublicKey> numbered = new HashMap<>();
        for (PublicKey key : sorted.values()) {
            numbered.put(numbered.size(), key);
        }
        this.verifier = Identities.verifier(numbered);
    }

    /** Of names with Ed25519, EC or RSA keys. */
    public static Roster of(Map<String, PublicKey> keys) {
        return new Roster(keys);
    }

    /**
     * Of the certificates in a PEM file, by their common names. Whether an authority signed them is not looked at: being in
     * the file is what counts.
     *
     * @throws StorageException where the file cannot be read
     * @throws InvalidInputException where it holds no certificates, or two of one name
     */
    public static Roster ofCertificates(Path pem) {
        Map<String, PublicKey> keys = new HashMap<>();
        try (InputStream in = Files.newInputStream(pem)) {
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                String name = Enrolment.Identity.of(one).commonName();
                if (name.isEmpty() || keys.put(name, one.getPublicKey()) != null) {
                    throw new InvalidInputException(
                            "Roster (" + pem + ") names participant (" + name + ") twice, or has one without a name.");
                }
            }
        } catch (IOException e) {
            throw new StorageException("Roster (" + pem + ") cannot be read. Maybe correct its path.", e);
        } catch (CertificateException e) {
            throw new InvalidInputException("Roster (" + pem + ") holds no certificates. Maybe it is not PEM.", e);
        }
        if (keys.isEmpty()) {
            throw new InvalidInputException("Roster (" + pem + ") is empty. Maybe it is not PEM.");
        }
        return new Roster(keys);
    }

    public boolean has(String name) {
        return Collections.binarySearch(names, name) >= 0;
    }

    /** @throws InvalidInputException for a name that is not in it */
    public int number(String name) {
        int place = Collections.binarySearch(names, name);
        if (place < 0) {
            throw new InvalidInputException("Participant (" + name + ") is not in the roster of " + names.size()
                    + ". Maybe everybody needs a new one.");
        }
        return place;
    }

    /** Names in the order of their numbers. */
    public List<String> names() {
        return names;
    }

    Identities.Verifier verifier() {
        return verifier;
    }

    /**
     * A participant's own place in secure sums.
     *
     * @param roster that everybody has
     * @param signer by the key that is in it
     */
    public record Place(Roster roster, Identities.Signer signer) {}
}
