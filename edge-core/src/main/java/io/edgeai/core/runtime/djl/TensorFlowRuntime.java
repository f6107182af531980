package io.edgeai.core.runtime.djl;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.adapter.SlottedSession;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Runs SavedModels with TensorFlow, on the CPU. Its natives load at the first {@link #availability()} or {@link #open};
 * they are unpacked once into the cache folder of the Deep Java Library ({@code ~/.djl.ai}, or {@code DJL_CACHE_DIR}),
 * 630 MB, unless {@code TENSORFLOW_LIBRARY_PATH} names a folder that holds them. Thread-safe.
 *
 * <p>Engine options: {@code signature}, which of the model's signatures to run (default: {@code serving_default}, or else
 * the first), and {@code tags}, which graph of several, separated by commas (default: {@code serve}). Inputs and outputs
 * have the signature's own names. Element types: FLOAT, DOUBLE, INT8, UINT8, INT16, INT32, INT64, BOOL, STRING. Frozen
 * graphs and checkpoints are no SavedModels; they are refused, and so are models in memory.
 *
 * <p>{@link SessionOptions#intraOpThreads()} of the first model opened is the process's. A call cannot be stopped: past
 * its deadline the caller leaves, and the call ends in its slot. A SavedModel is a program that can read and write files:
 * open only those of people you trust.
 */
public final class TensorFlowRuntime implements InferenceRuntime {
    private static final String DEPENDENCY = "ai.djl.tensorflow:tensorflow-engine:0.36.0 and"
            + " org.tensorflow:tensorflow-core-native:1.0.0:" + Platforms.javacpp();

    @Override
    public String name() {
        return "tensorflow";
    }

    @Override
    public Set<ModelFormat> formats() {
        return Set.of(ModelFormat.TENSORFLOW);
    }

    @Override
    public int rank() {
        return 60;
    }

    @Override
    public boolean reference() {
        return true;
    }

    @Override
    public Optional<String> dependency() {
        return Optional.of(DEPENDENCY);
    }

    @Override
    public Availability availability() {
        return Platforms.availability(DEPENDENCY, () -> TensorFlowLibrary.version());
    }

    @Override
    public InferenceSession open(Path model, SessionOptions options) {
        Platforms.requireUsable("TensorFlow", availability());
        return new SlottedSession(TensorFlowLibrary.load(model, options), options.slots(), name());
    }

    /** @throws ModelFormatException always: a SavedModel is a folder */
    @Override
    public InferenceSession open(byte[] model, SessionOptions options) {
        throw new ModelFormatException("A model in memory (" + model.length
                + " bytes) cannot be a SavedModel, which is a folder. Maybe open its path.");
    }
}
