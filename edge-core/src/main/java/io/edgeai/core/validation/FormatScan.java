package io.edgeai.core.validation;

import io.edgeai.core.format.ModelInspection;
import io.edgeai.core.format.ModelInspector;

/** Reads the bytes without running any of them: they must be a whole model of the recorded format. */
final class FormatScan implements ValidationGate {
    @Override
    public String name() {
        return "format scan";
    }

    @Override
    public GateResult check(Candidate candidate) {
        ModelInspection seen = ModelInspector.inspect(candidate.file());
        if (seen.format() != candidate.version().format()) {
            return GateResult.failed(
                    name(),
                    "The bytes are (" + seen.format().displayName() + ") and were registered as ("
                            + candidate.version().format().displayName()
                            + "). Maybe register them again without stating a format.");
        }
        return GateResult.passed(name(), "A whole model: " + seen.format().displayName() + ".")
                .with("bytes", (double) seen.sizeBytes())
                .with("operators", seen.operators().size());
    }
}
