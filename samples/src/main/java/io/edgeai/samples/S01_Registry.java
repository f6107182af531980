package io.edgeai.samples;

import io.edgeai.EdgeAI;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Keeps model versions: registers two, makes one active, changes its mind, and reads what happened. */
public final class S01_Registry {
    private S01_Registry() {}

    public static void main(String[] args) throws IOException {
        run(Files.createTempDirectory("edgeai-s01"), Terminal.system());
    }

    /** @return the version that is active in the end */
    static ModelVersion run(Path home, Terminal terminal) {
        try (EdgeAI edge = EdgeAI.builder().home(home).build()) {
            EdgeModelRegistry registry = edge.registry();

            // A version is immutable bytes under name@number, with notes.
            ModelVersion first =
                    registry.register("digits", DrawnSet.onnx(8, 1), r -> r.workload(WorkloadType.COMPUTER_VISION)
                            .tag("hidden", "8"));
            ModelVersion second =
                    registry.register("digits", DrawnSet.onnx(16, 1), r -> r.workload(WorkloadType.COMPUTER_VISION)
                            .tag("hidden", "16")
                            .derivedFrom(first.ref(), "wider"));

            // One version of a model is active; a rollback goes to the one before.
            registry.promote(first.ref(), "first release");
            registry.promote(second.ref(), "wider network");
            registry.rollback("digits", "too slow on the old cameras");

            registry.versions("digits").forEach(version -> terminal.line(version.toString()));
            registry.audit("digits")
                    .forEach(entry -> terminal.line("  " + entry.action() + " " + entry.ref() + " " + entry.detail()));
            terminal.line("bytes are as stored: " + registry.verify().ok());
            terminal.line("active: " + registry.active("digits").ref());
            return registry.active("digits");
        }
    }
}
