package io.edgeai.core.runtime.djl;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.adapter.ModelBytes;
import io.edgeai.core.runtime.adapter.SlottedSession;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Runs TorchScript files with PyTorch, on the CPU. Its natives load at the first {@link #availability()} or {@link #open};
 * they are unpacked once into the cache folder of the Deep Java Library ({@code ~/.djl.ai}, or {@code DJL_CACHE_DIR}).
 * Thread-safe.
 *
 * <p>Inputs are named as the parameters of the model's {@code forward}; outputs are {@code output_0}, {@code output_1}, …,
 * or the keys of the dictionary it gives. TorchScript states neither types nor shapes, so that a session's signature is
 * {@link io.edgeai.core.model.Signature#UNKNOWN}, {@code predict} is refused, and what does not fit is found by running it.
 * Element types: FLOAT, DOUBLE, INT8, UINT8, INT32, INT64, BOOL; outputs may be FLOAT16 and BFLOAT16 too.
 *
 * <p>PyTorch's threads belong to the process: one, unless the system property {@code ai.djl.pytorch.num_threads} says
 * otherwise before the first use; {@link SessionOptions#intraOpThreads()} changes nothing. A call cannot be stopped: past
 * its deadline the caller leaves, and the call ends in its slot.
 */
public final class PyTorchRuntime implements InferenceRuntime {
    private static final String DEPENDENCY = "ai.djl.pytorch:pytorch-engine:0.35.1 and"
            + " ai.djl.pytorch:pytorch-jni:2.7.1-0.35.1 and"
            + " ai.djl.pytorch:pytorch-native-cpu:2.7.1:" + Platforms.djl();

    @Override
    public String name() {
        return "pytorch";
    }

    @Override
    public Set<ModelFormat> formats() {
        return Set.of(ModelFormat.PYTORCH);
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
        return Platforms.availability(DEPENDENCY, () -> TorchLibrary.version());
    }

    /** @throws io.edgeai.core.error.ModelFormatException also for weights without a graph (a {@code state_dict}) */
    @Override
    public InferenceSession open(Path model, SessionOptions options) {
        Platforms.requireUsable("PyTorch", availability());
        return new SlottedSession(TorchLibrary.load(model), options.slots(), name());
    }

    @Override
    public InferenceSession open(byte[] model, SessionOptions options) {
        return ModelBytes.asFile(model, file -> open(file, options));
    }
}
