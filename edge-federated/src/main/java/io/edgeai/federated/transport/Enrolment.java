package io.edgeai.federated.transport;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Map;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** Who may take part. Thread-safe. */
@FunctionalInterface
public interface Enrolment {
    /**
     * Why a participant may not take part.
     *
     * @param participant what it calls itself
     * @param identity of its certificate; {@link Identity#NONE} without TLS
     * @return empty where it may
     */
    String objection(String participant, Identity identity);

    /**
     * Whom a certificate names, and which it is.
     *
     * @param commonName the CN of its subject, or empty
     * @param fingerprint SHA-256 of the certificate in lower-case hexadecimal, or empty
     */
    record Identity(String commonName, String fingerprint) {
        /** Of a connection without certificates. */
        public static final Identity NONE = new Identity("", "");

        /** @throws CertificateException where it cannot be read */
        public static Identity of(Certificate certificate) throws CertificateException {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
                return new Identity(name(certificate), HexFormat.of().formatHex(digest));
            } catch (NoSuchAlgorithmException | InvalidNameException e) {
                throw new CertificateException("The subject of the certificate cannot be read", e);
            }
        }

        private static String name(Certificate certificate) throws InvalidNameException {
            if (certificate instanceof X509Certificate x509) {
                for (Rdn part : new LdapName(x509.getSubjectX500Principal().getName()).getRdns()) {
                    if (part.getType().equalsIgnoreCase("CN")) {
                        return part.getValue().toString();
                    }
                }
            }
            return "";
        }
    }

    /** Whoever has a certificate that the coordinator trusts, under the common name of that certificate. */
    static Enrolment byCommonName() {
        return (participant, identity) -> participant.equals(identity.commonName())
                ? ""
                : "participant (" + participant + ") shows the certificate of (" + identity.commonName() + ")";
    }

    /** Only these: names with the SHA-256 of their certificates in lower-case hexadecimal. */
    static Enrolment byFingerprint(Map<String, String> certificates) {
        Map<String, String> enrolled = Map.copyOf(certificates);
        return (participant, identity) -> identity.fingerprint().equals(enrolled.get(participant))
                ? ""
                : "participant (" + participant + ") is not enrolled with certificate (" + identity.fingerprint() + ")";
    }

    /** Whoever comes, by whatever name: for tests and for networks where everybody may. */
    static Enrolment open() {
        return (participant, identity) -> "";
    }
}
