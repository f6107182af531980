package io.edgeai.core.validation;

import io.edgeai.core.signing.VerifyingKey;
import java.util.List;

/** Trust only what one of these keys has signed. */
final class SignedGate implements ValidationGate {
    private final List<VerifyingKey> trusted;

    SignedGate(List<VerifyingKey> trusted) {
        this.trusted = List.copyOf(trusted);
    }

    @Override
    public String name() {
        return "signed by";
    }

    @Override
    public GateResult check(Candidate candidate) {
        return VersionSignature.signedBy(candidate.version(), trusted)
                ? GateResult.passed(name(), "Signed by a trusted key.")
                : GateResult.failed(
                        name(),
                        "No signature of a trusted key " + trusted + " covers these bytes. Maybe sign the version by"
                                + " 'edgeai registry sign'.");
    }
}
