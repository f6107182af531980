package io.edgeai.core.registry;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.format.ModelFiles;
import io.edgeai.core.format.ModelFormatDetector;
import io.edgeai.core.format.ModelInspector;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.store.Blob;
import io.edgeai.core.store.StagedBlob;
import io.edgeai.core.store.Stager;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A model on its way into the registry: its bytes copied and synced, its format and signature known. */
final class Incoming implements AutoCloseable {
    private final StagedBlob staged;
    private final ModelFormat format;
    private final Signature signature;
    private final String entry;

    private Incoming(StagedBlob staged, ModelFormat format, Signature signature, String entry) {
        this.staged = staged;
        this.format = format;
        this.signature = signature;
        this.entry = entry;
    }

    static Incoming of(Stager stager, Path source, Registration registration) {
        ModelFormat format = registration.format();
        if (format == null) {
            format = ModelFormatDetector.detect(source);
        }
        ModelFiles files = ModelFiles.of(source, format);
        StagedBlob staged = files.files().isEmpty()
                ? stager.stage(files.root(), registration.progress())
                : stager.stage(files.root(), files.files(), registration.progress());
        Signature signature = registration.signature();
        boolean ready = false;
        try {
            if (signature == null) {
                // From the copy: the original may change while it is copied.
                signature = format == ModelFormat.ONNX
                        ? onnx(source, staged.path().resolve(files.entry()))
                        : Signature.UNKNOWN;
            }
            ready = true;
            return new Incoming(staged, format, signature, files.entry());
        } finally {
            if (!ready) {
                staged.close();
            }
        }
    }

    private static Signature onnx(Path source, Path copy) {
        try {
            return ModelInspector.signature(OnnxReader.read(copy));
        } catch (ModelFormatException e) {
            throw new ModelFormatException("Model (" + source + ") cannot be registered as ONNX: " + e.getMessage(), e);
        }
    }

    static Incoming of(Stager stager, byte[] bytes, Registration registration) {
        @Nullable ModelFormat wanted = registration.format();
        ModelFormat format = wanted == null ? ModelFormat.ONNX : wanted;
        Signature signature = registration.signature();
        if (signature == null) {
            signature =
                    format == ModelFormat.ONNX ? ModelInspector.signature(OnnxReader.read(bytes)) : Signature.UNKNOWN;
        }
        return new Incoming(stager.stage(bytes, registration.progress()), format, signature, "");
    }

    StagedBlob staged() {
        return staged;
    }

    Entry entry(VersionRef ref, Blob blob, Registration registration, Instant at) {
        return new Entry(
                new ModelVersion(
                        ref,
                        format,
                        registration.workload(),
                        blob.digest(),
                        blob.sizeBytes(),
                        signature,
                        Optional.ofNullable(registration.parent()),
                        registration.derivation(),
                        Stage.REGISTERED,
                        at,
                        registration.tags()),
                blob.tree(),
                entry);
    }

    @Override
    public void close() {
        staged.close();
    }
}
