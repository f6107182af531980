package io.edgeai.core.registry;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.VersionRef;
import java.nio.file.Files;
import java.nio.file.Path;

/** Registries and tiny contents for tests of what a registry does with them. */
final class RegistryModels {
    private RegistryModels() {}

    /** A registry whose gates let any bytes pass. */
    static EdgeModelRegistry open(Path home) {
        return builder(home).build();
    }

    static EdgeModelRegistry.Builder builder(Path home) {
        return EdgeModelRegistry.builder().home(home).gates(AcceptingGate.ONLY).actor("tester");
    }

    static ModelVersion add(EdgeModelRegistry registry, String model, int content) {
        return register(registry, model, new byte[] {(byte) content, (byte) (content >> 8)});
    }

    static ModelVersion register(EdgeModelRegistry registry, String model, byte[] bytes) {
        return registry.register(
                model, bytes, r -> r.format(ModelFormat.TENSORRT).signature(Signature.UNKNOWN));
    }

    static VersionRef ref(String model, int number) {
        return VersionRef.of(model, number);
    }

    /** A folder in memory where there is one, for tests that commit many thousand times; otherwise the given one. */
    static Path fast(Path otherwise) throws java.io.IOException {
        Path memory = Path.of("/dev/shm");
        return Files.isWritable(memory) ? Files.createTempDirectory(memory, "edgeai-test") : otherwise;
    }
}
