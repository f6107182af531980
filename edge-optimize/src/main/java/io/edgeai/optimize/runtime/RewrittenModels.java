package io.edgeai.optimize.runtime;

import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.ProfilingRuntime;
import io.edgeai.core.runtime.SessionOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.TreeMap;

/**
 * Keeps what the engine rewrites models to, so that the next process need not rewrite them again. An entry fits one model,
 * engine version, processor and set of engine options, all of which are in its name; answers are the same bits. Several
 * processes may share a folder. Thread-safe.
 */
public final class RewrittenModels {
    private final ProfilingRuntime runtime;
    private final Path folder;

    public RewrittenModels(ProfilingRuntime runtime, Path folder) {
        this.runtime = runtime;
        this.folder = folder;
    }

    /**
     * Opens a model, rewriting it only where the folder does not have it.
     *
     * @throws StorageException where the folder cannot be written
     * @throws io.edgeai.core.error.EdgeException as {@link ProfilingRuntime#open(byte[], SessionOptions)}
     */
    public InferenceSession open(byte[] model, SessionOptions options) {
        return options.optimize()
                ? runtime.open(file(model, options), options.optimize(false))
                : runtime.open(model, options);
    }

    /** The rewritten model's file; it is made where it is missing. */
    public Path file(byte[] model, SessionOptions options) {
        String settings = TuningKey.of(model, runtime).fileName() + new TreeMap<>(options.engineOptions());
        Path file = folder.resolve(
                Digest.of(settings.getBytes(StandardCharsets.UTF_8)).hex() + ".onnx");
        if (Files.isRegularFile(file)) {
            return file;
        }
        byte[] rewritten = runtime.rewritten(model, options);
        try {
            Files.createDirectories(folder);
            Path fresh = Files.createTempFile(folder, "rewritten", ".tmp");
            Files.write(fresh, rewritten);
            return Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new StorageException("Cannot keep a rewritten model in (" + folder + ").", e);
        }
    }
}
