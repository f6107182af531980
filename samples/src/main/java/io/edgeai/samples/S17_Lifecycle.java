package io.edgeai.samples;

import io.edgeai.EdgeAI;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.registry.Lifecycle;
import io.edgeai.core.signing.SigningKey;
import io.edgeai.core.validation.TrialLimits;
import io.edgeai.core.validation.ValidationGate;
import io.edgeai.core.validation.ValidationGates;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Leads versions through gates, a canary and a release, and asks the audit about the past. */
public final class S17_Lifecycle {
    private S17_Lifecycle() {}

    public static void main(String[] args) throws IOException {
        run(Files.createTempDirectory("edgeai-s17"), Terminal.system());
    }

    /** @return the version that is active in the end */
    static ModelVersion run(Path home, Terminal terminal) {
        SigningKey key = SigningKey.generate();
        try (EdgeAI edge = EdgeAI.builder().home(home).build()) {
            EdgeModelRegistry registry = edge.registry();
            Lifecycle life = registry.lifecycle().as("ada");
            ModelVersion first = registry.register("digits", DrawnSet.onnx(8, 1), r -> {});
            ModelVersion second =
                    registry.register("digits", DrawnSet.onnx(16, 1), r -> r.derivedFrom(first.ref(), "wider"));
            ModelVersion unsigned = registry.register("digits", DrawnSet.onnx(32, 1), r -> {});

            // Only what a trusted key signed, and what opens and answers in a process of its own, gets requests.
            List<ValidationGate> gates = List.of(
                    ValidationGates.signedBy(key.verifying()),
                    ValidationGates.formatScan(),
                    ValidationGates.firstLoad(TrialLimits.defaults().time(Duration.ofMinutes(2))));
            registry.annotations().sign(first.ref(), key);
            registry.annotations().sign(second.ref(), key);
            terminal.line(
                    "signed and tried out: " + life.validate(first.ref(), gates).passed() + ", "
                            + life.validate(second.ref(), gates).passed());
            terminal.line(
                    "unsigned trusted: " + life.validate(unsigned.ref(), gates).passed());

            // A canary answers some requests beside the active version; then it takes over.
            life.promote(first.ref(), "first release");
            life.canary(second.ref(), 5, "wider network");
            terminal.line(second.ref() + " is the canary of "
                    + registry.active("digits").ref());
            Instant before = registry.audit("digits")
                    .get(registry.audit("digits").size() - 1)
                    .at();
            life.promote(second.ref(), "no more errors than the first");

            // The audit is a chain of hashes with a signed end: it answers for the past and proves itself.
            registry.history().checkpoint(key);
            terminal.line("before the release: "
                    + registry.history()
                            .activeAt("digits", life.environment(), before)
                            .orElseThrow());
            terminal.line("history as written: "
                    + registry.history().verify(Set.of(key.verifying())).ok());
            return registry.active("digits");
        }
    }
}
