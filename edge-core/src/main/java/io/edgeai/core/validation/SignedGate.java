package io.edgeai.core.validation;

import io.edgeai.core.signing.VerifyingKey;
import java.util.List;
import java.util.Optional;

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
        for (VerifyingKey key : trusted) {
            Optional<SignatureCoverage> coverage = VersionSignature.coverage(candidate.version(), key);
            if (coverage.isPresent()) {
                return GateResult.passed(name(), "Signed by " + key + ": " + coverage.get() + ".");
            }
        }
        return GateResult.failed(
                name(),
                "No signature of a trusted key " + trusted + " covers this version. Maybe sign it by 'edgeai registry"
                        + " sign', anew where a tag was changed or it was imported under another number.");
    }
}
