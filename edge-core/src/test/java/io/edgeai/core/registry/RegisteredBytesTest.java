package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.TinyModels;
import io.edgeai.core.store.BlobLimits;
import io.edgeai.core.store.BlobState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of versions: taken in whole or not at all, checked when they are handed out, freed when nothing refers to them. */
class RegisteredBytesTest {
    @TempDir
    Path folder;

    private EdgeModelRegistry registry;

    @BeforeEach
    void open() {
        registry = EdgeModelRegistry.open(folder.resolve("home"));
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private ModelVersion add(String model, float factor) {
        return registry.register(model, TinyModels.affine(factor), r -> {});
    }

    @Test
    void bytesThatChangedAreNotHandedOut() throws IOException {
        ModelVersion version = add("m", 1);
        Path stored = registry.file(version.ref());
        byte[] bytes = Files.readAllBytes(stored);
        bytes[bytes.length / 2] ^= 1;
        Files.write(stored, bytes);
        assertThatThrownBy(() -> registry.file(version.ref()))
                .isInstanceOf(ModelIntegrityException.class)
                .hasMessageContaining("Version (m@1)")
                .hasMessageContaining("Maybe register the original file again");
        assertThat(registry.verify().damaged())
                .containsExactly(new VerificationReport.Result(version.ref(), BlobState.CORRUPT));
        add("m", 1);
        assertThat(Files.readAllBytes(registry.file(version.ref())))
                .as("registering the same bytes repairs them")
                .isEqualTo(TinyModels.affine(1));
        Files.delete(stored);
        assertThatThrownBy(() -> registry.file(version.ref())).hasMessageContaining("missing");
        assertThat(registry.verify().damaged())
                .extracting(VerificationReport.Result::state)
                .containsOnly(BlobState.MISSING);
        assertThat(registry.verify().ok()).isFalse();
    }

    @Test
    void aFreshRegistryTrustsNoEarlierVerification() throws IOException {
        ModelVersion version = add("m", 1);
        Path stored = registry.file(version.ref());
        var modified = Files.getLastModifiedTime(stored);
        byte[] bytes = Files.readAllBytes(stored);
        bytes[0] ^= 1;
        try (var channel = java.nio.channels.FileChannel.open(stored, java.nio.file.StandardOpenOption.WRITE)) {
            channel.write(java.nio.ByteBuffer.wrap(bytes));
        }
        Files.setLastModifiedTime(stored, modified); // size, time and inode as before
        try (EdgeModelRegistry other = EdgeModelRegistry.open(folder.resolve("home"))) {
            assertThatThrownBy(() -> other.file(version.ref())).isInstanceOf(ModelIntegrityException.class);
        }
    }

    @Test
    void garbageCollectionFreesExactlyWhatNothingRefersTo() throws IOException {
        ModelVersion kept = add("m", 1);
        ModelVersion shared = add("m", 1);
        ModelVersion gone = add("m", 2);
        assertThat(registry.gc()).isZero();
        for (ModelVersion version : List.of(shared, gone)) {
            registry.retire(version.ref(), "old");
            registry.erase(version.ref(), "old");
        }
        assertThat(registry.gc()).as("erasing has freed it already").isZero();
        try (var files = Files.walk(folder.resolve("home/blobs"))) {
            assertThat(files.filter(Files::isRegularFile)).containsExactly(registry.file(kept.ref()));
        }
        assertThatThrownBy(() -> registry.file(gone.ref()))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("(m@3) were erased")
                .hasMessageContaining("Maybe");
        assertThat(Files.readAllBytes(registry.file(kept.ref()))).isEqualTo(TinyModels.affine(1));
    }

    @Test
    void whatIsNoModelIsRefusedAndLeavesNothing() throws IOException {
        Path html = Files.writeString(folder.resolve("model.onnx"), "<!DOCTYPE html><html></html>");
        byte[] cut = java.util.Arrays.copyOf(TinyModels.affine(1), 60);
        Path truncated = Files.write(folder.resolve("cut.onnx"), cut);
        assertThatThrownBy(() -> registry.register("m", html))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("HTML page");
        assertThatThrownBy(() -> registry.register("m", truncated)).isInstanceOf(ModelFormatException.class);
        assertThatThrownBy(() -> registry.register("m", cut, r -> {})).isInstanceOf(ModelFormatException.class);
        assertThatThrownBy(() -> registry.register("m", folder.resolve("absent")))
                .hasMessageContaining("does not exist");
        assertThatThrownBy(() -> registry.register("no spaces", TinyModels.affine(1), r -> {}))
                .isInstanceOf(InvalidInputException.class);
        assertThat(registry.models()).isEmpty();
        assertThat(registry.gc()).isZero();
        try (var left = Files.walk(folder.resolve("home/tmp"))) {
            assertThat(left.filter(Files::isRegularFile)
                            .filter(f -> !f.toString().matches(".*(\\.lock|guard)")))
                    .isEmpty();
        }
    }

    @Test
    void aCancelledRegistrationLeavesNothing() {
        Progress cancelling = new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                return true;
            }
        };
        assertThatThrownBy(() -> registry.register("m", TinyModels.affine(1), r -> r.progress(cancelling)))
                .satisfies(e -> assertThat(e).isInstanceOf(OperationCancelledException.class));
        assertThat(registry.versions("m")).isEmpty();
        add("m", 1);
        assertThatThrownBy(() -> registry.verify(cancelling)).isInstanceOf(OperationCancelledException.class);
    }

    @Test
    void progressReachesTheEnd() throws IOException {
        Path file = Files.write(folder.resolve("m.onnx"), TinyModels.affine(1));
        List<String> seen = new ArrayList<>();
        registry.register("m", file, r -> r.progress((phase, done, total) -> seen.add(phase + done + "/" + total)));
        long size = Files.size(file);
        assertThat(seen).containsExactly("store" + size + "/" + size);
    }

    @Test
    void anOnnxModelKeepsItsExternalData() throws IOException {
        Path source = Files.createDirectories(folder.resolve("external"));
        OnnxGraph graph = OnnxReader.read(TinyModels.affine(7));
        float[] table = new float[4096];
        table[4095] = 42;
        graph.initializers().put("table", OnnxTensor.ofFloats(table, 4096));
        OnnxWriter.write(graph, source.resolve("net.onnx"), 0);
        try (var files = Files.list(source)) {
            assertThat(files.count()).as("the writer keeps constants outside").isGreaterThan(1);
        }
        Files.writeString(source.resolve("unrelated.txt"), "not part of the model");
        ModelVersion version = registry.register("m", source.resolve("net.onnx"));
        Path stored = registry.file(version.ref());
        assertThat(stored.getFileName()).hasToString("net.onnx");
        assertThat(stored.resolveSibling("unrelated.txt")).doesNotExist();
        assertThat(stored.resolveSibling("net.onnx.data")).exists();
        assertThat(version.sizeBytes()).isGreaterThan(Files.size(stored));
        try (var files = Files.list(source)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        assertThat(OnnxReader.read(registry.file(version.ref())).constant("f").floats())
                .containsExactly(7f);
    }

    @Test
    void limitsHold() {
        try (EdgeModelRegistry small = EdgeModelRegistry.builder()
                .home(folder.resolve("small"))
                .limits(new BlobLimits(50, 10, 2))
                .build()) {
            assertThatThrownBy(() -> small.register("m", TinyModels.affine(1), r -> {}))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("more than (50) bytes");
        }
    }
}
